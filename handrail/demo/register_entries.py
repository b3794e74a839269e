"""A few dozen register entries without a case, made by the acts behind the screen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from handrail.cases.choices import choices_of
from handrail.cases.engine.register_groups import open_groups
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry, with_register_entries
from handrail.cases.registers import acts
from handrail.cases.registers.becoming import known
from handrail.cases.steps import actions
from handrail.demo.cast import casts
from handrail.demo.data import read
from handrail.demo.filling import Clerk, Scene
from handrail.demo.persona import Referred, persona
from handrail.demo.restricted import somebody
from handrail.demo.telling import facts_of, given_at_opening, tags_of
from handrail.organisations.models import Kind, Organisation, Person
from handrail.organisations.roles import Role
from handrail.records.packs import current_pack, pack_on

FORCES = ("west-yorkshire", "kent", "greater-manchester", "metropolitan", "south-wales")
WITHIN_DAYS = 300
LEFT_LATE = 4  # due items that stay undone at the end
TAKEN_LATE_ONE_IN, DAYS_LATE = 5, 4
AT_WORK = time(10, 30)
PROJECTS_BEGAN = 6 + WITHIN_DAYS  # days ago, before every entry of the registers
FIRST_PERSONA = 10_000_000  # above the numbers of the personas in the referrals

Typed = dict[str, list[str]]


def tell(seed: int, until: datetime) -> int:
    """Record all entries in the first force and some in each other force; return the number.

    Entries are dated before `until`.
    """
    forces = {force.slug: force for force in Organisation.objects.forces().filter(slug__in=FORCES)}
    projects = [
        _begin_project(forces[slug], until, days)
        for slug, days in zip(FORCES, read("matters")["project"]["ends_after"], strict=True)
    ]
    told = [*projects, *(_tell(one, until) for one in _planned(seed, forces))]
    _deal_with_what_is_due(until)
    _disrupt_on_cases(forces[FORCES[0]], until)
    told += _ask_others(forces[FORCES[0]], until)
    return len(told)


def _ask_others(force: Organisation, until: datetime) -> list[RegisterEntry]:
    """Begin disruptions that ask a body or a person for something; one answer is overdue at the end."""
    council = Organisation.objects.filter(parent=force, kind=Kind.COUNCIL).order_by("name")[0]
    asked: dict[str, Organisation | Person] = {
        "body": council,
        "person": somebody(force, Role.PREVENT_SUPERVISOR),
    }
    return [_ask(force, said, asked[said["of"]], until) for said in read("matters")["asked"]]


def _ask(
    force: Organisation, said: dict[str, Any], of: Organisation | Person, until: datetime
) -> RegisterEntry:
    officer, at = somebody(force, Role.PREVENT_OFFICER), until - timedelta(days=said["days_ago"])
    entry = acts.begin("disruption", _disrupted(said), by=officer, at=at)
    due = timezone.localdate(at) + timedelta(days=said["within_days"])
    typed = {"what": [said["what"]], "of": [said["of"]], said["of"]: [str(of.pk)]}
    typed |= {"until-day": [str(due.day)], "until-month": [str(due.month)], "until-year": [str(due.year)]}
    _add(entry, "disruption-ask", typed, officer, at, 0)
    return entry


def _disrupt_on_cases(force: Organisation, until: datetime) -> None:
    """Record disruption on open cases of a force, the longest open first."""
    stages = current_pack().step_by_id["disruption"].stages
    cases = Case.objects.open().filter(force=force, restricted=False, pending_step="", stage_id__in=stages)
    by = somebody(force, Role.PREVENT_SUPERVISOR)
    for case, said in zip(cases.order_by("opened_on", "pk"), read("matters")["on_case"], strict=False):
        typed, at = _disrupted(said) | _project(said, force), until - timedelta(minutes=40)
        actions.take_step(case.pk, "disruption", typed, by=by, seen_version=case.version, at=at)


def _deal_with_what_is_due(until: datetime) -> None:
    """Take the step due under each limit that has passed, except the latest few.

    Most steps are taken on the due day, some a few days late.
    """
    today = timezone.localdate(until)
    passed = with_register_entries(RegisterDeadline.objects.filter(ended=None, due__lt=today))
    rows = sorted(
        passed, key=lambda row: (row.due, row.register_entry.begun_on, row.register_entry.kind, row.pk)
    )
    for nth, row in enumerate(rows[:-LEFT_LATE]):
        late = DAYS_LATE if nth % TAKEN_LATE_ONE_IN == 0 else 0
        day = min(row.due + timedelta(days=late), today - timedelta(days=1))
        at = timezone.make_aware(datetime.combine(day, AT_WORK))
        supervisor = somebody(row.register_entry.force, Role.PREVENT_SUPERVISOR)
        entry = row.register_entry
        by = supervisor if entry.pending_step else entry.owner or entry.begun_by
        typed = read("matters")["ended"][row.step_id]
        acts.add(row.record, row.step_id, typed, by=by, seen_version=row.register_entry.version, at=at)


@dataclass(frozen=True, slots=True)
class Planned:
    """One register entry to make: the register, the text, the force, and how many days ago."""

    number: int
    register: str
    said: dict[str, Any]
    force: Organisation
    days_ago: int
    seed: int


def _planned(seed: int, forces: dict[str, Organisation]) -> Iterator[Planned]:
    number = 0
    for place, slug in enumerate(FORCES):
        for register in ("advice", "disruption"):
            for nth, said in enumerate(read("matters")[register]):
                if place and (nth + place) % 3:
                    continue
                number += 1
                days = 6 + Random(f"{seed}/matter/{number}").randrange(WITHIN_DAYS)
                yield Planned(number, register, said, forces[slug], days, seed)


def _tell(one: Planned, until: datetime) -> RegisterEntry:
    at = until - timedelta(days=one.days_ago)
    return (_tell_advice if one.register == "advice" else _tell_disruption)(one, at)


def _tell_advice(one: Planned, at: datetime) -> RegisterEntry:
    said = one.said
    officer = somebody(one.force, Role.SPOC if said["way"] == "meeting" else Role.PREVENT_OFFICER)
    register_entry = acts.begin("advice", _advised(said), by=officer, at=at)
    if "followed" in said:
        typed = {"came-of-it": [said["followed_said"]], "outcome": [said["followed"]]}
        _add(register_entry, "advice-followed", typed | _because(said["followed_said"]), officer, at, 4)
    if "second" in said:
        supervisor = somebody(one.force, Role.PREVENT_SUPERVISOR)
        typed = {"outcome": [said["second"]]} | _because(said["second_reason"])
        _add(register_entry, "advice-second-look", typed, supervisor, at, 2)
    if said.get("became"):
        _become(one, register_entry, officer, at + timedelta(days=1))
    return register_entry


def _advised(said: dict[str, Any]) -> Typed:
    given = {
        "sector": said["kind"],
        "who-asked": said["who"],
        "way": said["way"],
        "asked": said["asked"],
        "advised": said["advised"],
        "outcome": said["outcome"],
        "decided-by": said.get("decided"),
        "ground": said.get("ground"),
        "other-service": said.get("service"),
        "who-refers": said.get("refers"),
    }
    return {name: [value] for name, value in given.items() if value} | _because(said["reason"])


def _because(reason: str) -> Typed:
    return {"reason": [reason]}


def _add(register_entry: RegisterEntry, step: str, typed: Typed, by: Person, at: datetime, days: int) -> None:
    register_entry.refresh_from_db()
    later = at + timedelta(days=days, hours=1)
    acts.add(register_entry.pk, step, typed, by=by, seen_version=register_entry.version, at=later)


def _become(one: Planned, register_entry: RegisterEntry, by: Person, at: datetime) -> None:
    """Turn advice into a referral of a new person, by the form and the act behind the screen."""
    pack = pack_on(at.date())
    step = pack.step_by_id[register_entry.register.becomes or ""]
    random = Random(f"{one.seed}/became/{one.number}")
    who = persona(one.seed, FIRST_PERSONA + one.number, at.date())
    about = Referred(who, who.name, one.said["kind"], one.said["concern"], at.date(), repeated=False)
    cast = casts(one.seed)[one.force.slug]
    given = given_at_opening(about, cast, pack, step, random) | known(register_entry, step.id)
    facts = facts_of(about, cast, random)
    scene = Scene(random, at.date(), at.date(), tags_of(about), facts, given)
    typed, _ = Clerk(pack).fill(step, scene, choices_of(one.force))
    actions.refer(step.id, typed, by=by, at=at, register_entry=register_entry.pk)


def _begin_project(force: Organisation, until: datetime, ends_after: int) -> RegisterEntry:
    said, at = read("matters")["project"], until - timedelta(days=PROJECTS_BEGAN)
    end = timezone.localdate(at) + timedelta(days=ends_after)
    typed = {name: [said[name]] for name in ("called", "aim", "priority")}
    typed["owner"] = [str(somebody(force, Role.PREVENT_OFFICER).pk)]
    typed |= {"end-day": [str(end.day)], "end-month": [str(end.month)], "end-year": [str(end.year)]}
    by = somebody(force, Role.PREVENT_SUPERVISOR)
    return acts.begin("disruption-project", typed, by=by, at=at)


def _author(force: Organisation, role: Role) -> Person:
    """Return the first person with this role who acts for a force: in it, or in its region."""
    if Kind.REGION in role.places and force.parent:
        return somebody(force.parent, role)
    return somebody(force, role)


def _tell_disruption(one: Planned, at: datetime) -> RegisterEntry:
    said = one.said
    by = _author(one.force, Role(said.get("by", Role.PREVENT_OFFICER)))
    typed = _disrupted(said) | {"force": [str(one.force.pk)]}
    typed |= _project(said, one.force)
    register_entry = acts.begin("disruption", typed, by=by, at=at)
    if later := said.get("later"):
        typed = {
            "options-taken": later["options"],
            "partners": [later["partners"]],
            "effect": [later["effect"]],
            "outcome": [later["outcome"]],
        }
        supervisor = somebody(one.force, Role.PREVENT_SUPERVISOR)
        _add(register_entry, "disruption-effect", typed | _because(later["reason"]), supervisor, at, 2)
    return register_entry


def _project(said: dict[str, Any], force: Organisation) -> Typed:
    """Return the project that a disruption belongs to, as it is typed; nothing where it belongs to none."""
    return (
        {"project": [code.id for code in open_groups(RegisterEntry(force=force))[:1]]}
        if said.get("project")
        else {}
    )


def _disrupted(said: dict[str, Any]) -> Typed:
    typed = {"about": [said["kind"]], "called": [said["called"]], "concern": [said["concern"]]}
    for code in current_pack().codes_by_id["disruption-options"].labels:
        typed |= _option(f"options.{code}", said["options"].get(code, {}))
    return typed | {"outcome": [said["outcome"]]} | _because(said["reason"])


def _option(name: str, said: dict[str, str]) -> Typed:
    if "why" in said:
        return {f"{name}.use": ["considered"], f"{name}.why-not": [said["why"]]}
    if "done" in said:
        told = {f"{name}.{part}": [words] for part, words in said.items()}
        return {f"{name}.use": ["taken"]} | told
    return {f"{name}.use": ["not-considered"]}
