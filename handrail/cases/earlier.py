"""Other referrals that may be about the same person: what came of them, what they have in common. Facts only.

Nothing here weighs them or adds them up; a person does, and says why.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from handrail.cases.likeness.standing import alike, standing_beside
from handrail.cases.models import Case, Referral
from handrail.cases.outside.models import Contact
from handrail.cases.packs import policy_of
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema import Meaning, Pack
from handrail.subjects.finding import compared
from handrail.subjects.matching import Fact
from handrail.subjects.models import Subject

MOST = 20


@dataclass(frozen=True, slots=True)
class Earlier:
    """One other referral beside the one that a case began with."""

    referral: Referral
    here: bool
    named: bool
    sector: str
    concern: str
    days_apart: int
    in_common: tuple[str, ...]
    decided: str
    standing: str = ""

    @property
    def between(self) -> str:
        """How long lies between the two, in words."""
        days = abs(self.days_apart)
        if days == 0:
            return "The same day"
        return f"{days} {'day' if days == 1 else 'days'} {'before' if self.days_apart > 0 else 'after'}"


def earlier_than(case: Case, person: Person) -> list[Earlier]:
    """Every other referral on a case, and those about whoever may be the same person, the newest first."""
    own = list(case.referrals.order_by("-received_on", "-pk"))
    first = own.pop() if own else None
    others = [*own, *_alike(case, person)]
    if not others:
        return []
    named = set(Case.objects.named_to(person).filter(referrals__in=others).values_list("pk", flat=True))
    known = _Known(
        case,
        named,
        senders=_senders([case, *(other.case for other in others)]),
        decided=_last_decisions([other.case for other in others if other.case_id in named]),
        agreeing=_agreeing(case, [other.case for other in others if other.case_id in named]),
        standing=standing_beside(case),
    )
    return [_earlier(other, first, known) for other in others]


def _alike(case: Case, person: Person) -> Iterable[Referral]:
    return Referral.objects.visible_to(person).about(alike(case))[:MOST]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the cases beside one, by case or by subject."""

    case: Case
    named: Collection[UUID]
    senders: Mapping[UUID, set[bytes]]
    decided: Mapping[UUID, str]
    agreeing: Mapping[UUID, list[str]]
    standing: Mapping[UUID, str]


def _earlier(other: Referral, first: Referral | None, known: _Known) -> Earlier:
    case, pack = known.case, known.case.pack
    said = _same_answers(first, other) if first else []
    same = [*known.agreeing.get(other.case_id, ()), *said]
    senders = known.senders
    if other.case_id != case.pk and senders.get(other.case_id, set()) & senders.get(case.pk, set()):
        same.append("Contact of the referrer")
    began: date = first.received_on if first else case.opened_on
    return Earlier(
        referral=other,
        here=other.case_id == case.pk,
        named=other.case_id in known.named,
        sector=label(pack, Meaning.SECTOR, other.sector),
        concern=label(pack, Meaning.CONCERN, other.concern),
        days_apart=(began - other.received_on).days,
        in_common=tuple(same),
        decided=known.decided.get(other.case_id, ""),
        standing=_standing(other, known),
    )


def _standing(other: Referral, known: _Known) -> str:
    of = other.case.subject_id
    return known.standing.get(of, "") if of and other.case_id != known.case.pk else ""


def _same_answers(first: Referral, other: Referral) -> list[str]:
    """What two referrals say alike."""
    said = [
        ("Concern", first.concern, other.concern),
        ("Sector", first.sector, other.sector),
    ]
    return [name for name, one, another in said if one and one == another]


AGREES = {
    Fact.NAMES: "Name",
    Fact.BIRTH: "Date of birth",
    Fact.PLACE: "Address",
    Fact.CONTACT: "Telephone, email or online name",
}


def _agreeing(case: Case, others: Iterable[Case]) -> dict[UUID, list[str]]:
    """By case, in what its person is like that of this one, as far as both may be read."""
    if case.subject is None:
        return {}
    subjects = {other.subject_id: other.pk for other in others if other.subject_id != case.subject_id}
    like = compared(case.subject.known(), Subject.objects.filter(pk__in=list(subjects)))
    return {
        subjects[subject]: [
            AGREES[part.fact] for part in parts.parts if part.fact in AGREES and part.weight > 0
        ]
        for subject, parts in like.items()
    }


def _last_decisions(cases: Iterable[Case]) -> dict[UUID, str]:
    """By case, its last decision in words, sign-offs left out."""
    known = {case.pk: case for case in cases}
    packs = {case.pack_id: case.pack for case in known.values()}
    decisions = {
        step.id for pack in packs.values() for step in pack.steps if step.outcomes and not step.signs
    }
    entries = Entry.objects.filter(chain__in=known, act__in=decisions).order_by("chain", "-number")
    found = {}
    for entry in entries.distinct("chain"):
        _, step = policy_of(entry)
        outcome = step.outcome(entry.outcome)
        found[entry.chain] = f"{step.title}: {outcome.title}" if outcome else step.title
    return found


def _senders(cases: Iterable[Case]) -> dict[UUID, set[bytes]]:
    """By case, how those can be reached who sent its referral from outside, under digests."""
    found: dict[UUID, set[bytes]] = {}
    for case_id, who in Contact.objects.filter(case__in=list(cases)).values_list("case", "who"):
        found.setdefault(case_id, set()).add(bytes(who))
    return found


def label(pack: Pack, meaning: Meaning, code: str) -> str:
    """The label of a code that answers a question of this meaning, in the first form that knows it."""
    lists = (q.codes for form in pack.forms if (q := form.meaning(meaning)) and q.codes)
    known = (pack.codes_by_id[codes].labels for codes in lists)
    return next((labels[code] for labels in known if code in labels), "Not said")
