"""A few restricted cases, made by the acts behind the screen.

They are additional to the referrals, whose number stays as asked for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handrail.cases.case_access import restrictions
from handrail.cases.models import Case
from handrail.cases.steps import actions
from handrail.organisations.models import Organisation, Person
from handrail.organisations.roles import Role

FORCES = ("west-yorkshire", "kent", "greater-manchester")
FROM_SIZE = 100  # a smaller demonstration is made for other tests

Typed = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern about a colleague, how long ago it was raised, and the decision on it."""

    given: str
    family: str
    work: str
    happened: str
    influence: str
    days_ago: int
    outcome: str = ""
    threshold: str = ""


CONCERNS = (
    Concern(
        "Robin",
        "Ashdown",
        "Custody sergeant",
        "Talks on night duty of a war that has to come, and shows films of it on a telephone. It began "
        "after the divorce. Two detention officers asked not to be put on the same shift.",
        "online",
        1,
    ),
    Concern(
        "Jamie",
        "Thorne",
        "Crime scene investigator",
        "The new partner takes Jamie to meetings of a group that wants an armed uprising. Jamie came back "
        "to work with its leaflets and said that one has to choose a side.",
        "partner",
        12,
        "prevent-referral",
        "influenced",
    ),
    Concern(
        "Alex",
        "Merriweather",
        "Control room operator",
        "Very much alone since a brother left for a war abroad. Speaks of nothing else, and says nobody here "
        "would notice if Alex went too.",
        "relative",
        26,
        "staff-options",
        "vulnerable",
    ),
)


def tell(until: datetime) -> int:
    """Raise each concern in one force after another, and take it as far as it goes; return the number."""
    told = 0
    for force in Organisation.objects.forces().filter(slug__in=FORCES).order_by("-slug"):
        for concern in CONCERNS if force.slug == FORCES[0] else CONCERNS[:1]:
            _tell(force, concern, until)
            told += 1
    return told


def _tell(force: Organisation, concern: Concern, until: datetime) -> None:
    at = until - timedelta(days=concern.days_ago)
    case, _ = actions.refer("staff-concern", _raised(force, concern), by=somebody(force, Role.SPOC), at=at)
    if concern.outcome:
        standards = somebody(force, Role.PROFESSIONAL_STANDARDS)
        assessed = at + timedelta(days=1)
        _take(case, "staff-assessment", _assessed(concern), by=standards, at=assessed)
        _name_others(case, concern, by=standards)


def _raised(force: Organisation, concern: Concern) -> Typed:
    return {
        "force": [str(force.pk)],
        "about": ["colleague"],
        "given-name": [concern.given],
        "family-name": [concern.family],
        "work": [f"{concern.work}, {force.name}"],
        "what-happened": [concern.happened],
        "influence": [concern.influence],
        "danger": ["no"],
        "vetting-shows": ["not-known"],
    }


def _assessed(concern: Concern) -> Typed:
    used = {"welfare", "support"} | ({"vetting"} if concern.threshold == "influenced" else set())
    typed = {
        "threshold": [concern.threshold],
        "threshold-why": ["What the colleague describes, and a talk with the welfare officer."],
        "influence": [concern.influence],
        "vetting-shows": ["no"],
        "outcome": [concern.outcome],
        "reason": ["Help first. What is known calls for somebody to talk to, and not for discipline."],
    }
    for option in ("selection", "welfare", "vetting", "support"):
        if option in used:
            typed[f"options.{option}.use"] = ["used"]
            typed[f"options.{option}.what"] = ["The head of people services arranges it within two weeks."]
        else:
            typed[f"options.{option}.use"] = ["considered"]
            typed[f"options.{option}.why-not"] = ["Nothing that was seen calls for it."]
    return typed


def _name_others(case: Case, concern: Concern, *, by: Person) -> None:
    """Name the people who will work on a Prevent referral from now on."""
    if concern.outcome == "prevent-referral":
        for role in (Role.FIMU_OFFICER, Role.PREVENT_SUPERVISOR, Role.PREVENT_OFFICER):
            restrictions.name(
                case.pk, somebody(case.force, role), by=by, reason="Needed for the Prevent referral"
            )


def _take(case: Case, step: str, typed: Typed, *, by: Person, at: datetime) -> None:
    case.refresh_from_db()
    actions.take_step(case.pk, step, typed, by=by, seen_version=case.version, at=at)


def somebody(force: Organisation, role: Role) -> Person:
    """Return a person who holds this role in a force, always the first one."""
    in_force = Person.objects.filter(posts__role=role, posts__organisation__in=[force, *force.children.all()])
    return in_force.order_by("email")[0]
