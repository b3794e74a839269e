"""Limits of register entries: what is due from a user, and how many were met."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Case, Count, Exists, OuterRef, Q, When, Window
from django.db.models.functions import RowNumber

from handrail.cases.engine.due import limits_on_threats
from handrail.cases.models.follow_up import answering_bodies
from handrail.cases.models.register_entry import (
    RegisterDeadline,
    RegisterEntry,
    asked_of,
    with_register_entries,
)
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Person
from handrail.organisations.reach import posts_in
from handrail.organisations.roles import roles_that_may
from handrail.policy import registers
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.register_entry import REGISTER_ENTRY
from handrail.records.deadlines import Keeping, RecordDeadline, is_late
from handrail.records.packs import known_packs

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """Number of register entries to which a limit applies, and how many of them are or were late."""

    applies: int
    late: int


def limits_kept(
    limits: Collection[str | None], packs: Collection[str], forces: Collection[UUID] | None, today: date
) -> dict[str, Kept]:
    """Return for each limit the number of register entries it applies to, and how many are or were late."""
    rows = RegisterDeadline.objects.filter(limit_id__in=limits, pack_id__in=packs)
    if forces is not None:
        rows = rows.filter(organisation__in=forces)
    counted = rows.order_by().values("limit_id")
    counted = counted.annotate(
        applies=Count("record", distinct=True), late=Count("record", distinct=True, filter=is_late(today))
    )
    return {row["limit_id"]: Kept(row["applies"], row["late"]) for row in counted}


def due_from(person: Person, today: date, within: timedelta) -> list[RegisterDeadline]:
    """Return the limits of register entries that are due from a person, the earliest first.

    They are due from the entry's owner, or else from the user who began it, if their role takes the step;
    from the role that is reminded first; and from supervisors. A stated threat is due from everybody who may
    record a response, and comes first. The sign-off of the user's own decision is left out. An answer is due
    from the person or organisation that was asked alone.
    """
    return [row for row in in_hand(person, today, within) if not waits_for_others(row, person)]


def waits_for_others(row: RegisterDeadline, person: Person) -> bool:
    """Return whether a limit is that of an answer which somebody other than this person was asked for."""
    return row.is_of_request and not _is_asked(row.register_entry, person)


def _is_asked(register_entry: RegisterEntry, person: Person) -> bool:
    return register_entry.asked_id in {person.pk, *answering_bodies(person)}


def in_hand(person: Person, today: date, within: timedelta) -> list[RegisterDeadline]:
    """Return the limits that are due from a person, and those of what they asked others for.

    At most SHOWN of each of the two.
    """
    steps = {step.id: step for pack in known_packs() for step in REGISTER_ENTRY.steps(pack)}
    may = [id_ for id_, step in steps.items() if person.roles & {*step.by}]
    if not may:
        return []
    request = [step.id for pack in known_packs() for step in _answers(pack)]
    answer = [id_ for id_ in may if _answers_for(person.roles, steps[id_].by) and id_ not in request]
    rows = RegisterDeadline.objects.filter(ended=None, due__lte=today + within)
    threat = Q(limit_id__in=limits_on_threats())
    own = Q(step_id__in={*may} - {*request}) & (_of(_responsible(person)) | threat)
    asked = Q(step_id__in=request) & _of(asked_of(person) | Q(asked_by=person) | _responsible(person))
    rows = rows.filter(Q(step_id__in=answer) | own | asked)
    rows = rows.filter(_of(Q(pk__in=RegisterEntry.objects.read_by(person))))
    rows = rows.exclude(~threat & _of(Q(pending_by=person.pk)))
    others = Q(step_id__in=request) & ~_of(asked_of(person))
    order = ("-is_threat", "due", "pk")
    rows = rows.annotate(
        is_threat=Case(When(threat, then=True), default=False),
        of_others=Case(When(others, then=True), default=False),
    )
    place = Window(RowNumber(), partition_by="of_others", order_by=order)
    return with_register_entries(rows.annotate(place=place).filter(place__lte=SHOWN).order_by(*order))


def _answers(pack: Pack) -> list[Step]:
    """Return the steps of a pack by which the person or organisation that an entry asked answers."""
    return [step for step in REGISTER_ENTRY.steps(pack) if registers.answers_request(pack, step)]


def _responsible(person: Person) -> Q:
    """Condition for register entries for which a user answers: as the owner, or as author of one without."""
    return Q(owner=person) | Q(owner=None, begun_by=person)


def _of(register_entries: Q) -> Q:
    """Return a condition for deadlines of register entries that meet another condition."""
    return Q(Exists(RegisterEntry.objects.filter(register_entries, pk=OuterRef("record"))))


def _answers_for(roles: Collection[str], by: Sequence[str]) -> bool:
    """Return whether these roles are reminded of others' entries: as the first role, or as supervisors."""
    first = {by[0]} - roles_that_may(Capability.WORK_OWN_CASES)
    supervising = roles_that_may(Capability.READ_CHECKS) & roles_that_may(*WORKS_CASES)
    return not (first | supervising & {*by}).isdisjoint(roles)


def is_task_of(person: Person, pack: Pack, step: Step) -> bool:
    """Return whether a step has a limit that is due from a user on every register entry, by their role."""
    return _answers_for(person.roles, step.by) and any(limit.step == step.id for limit in pack.limits)


def keeps(row: RegisterDeadline, person: Person, roles: Collection[str]) -> bool:
    """Return whether a limit is due from a person with these roles, by the rule of `due_from`."""
    register_entry = row.register_entry
    by = register_entry.pack.step_by_id[row.step_id].by
    may = not set(by).isdisjoint(roles)
    if row.is_of_request:
        return may and _is_asked(register_entry, person)
    if may and row.is_of_threat:
        return True
    own = register_entry.responsible_id == person.pk and may
    return register_entry.pending_by != person.pk and (own or _answers_for(roles, by))


def _keepers(row: RecordDeadline, day: date) -> list[Person]:
    """Return the people from whom a limit is due on a day, by their posts in the register entry's force."""
    register_entry = RegisterDeadline.objects.get(pk=row.pk)
    return [p.person for p in posts_in(row.organisation, day) if keeps(register_entry, p.person, {p.role})]


def _statement(register_entry: RegisterEntry, limit_id: str) -> str:
    limit = register_entry.pack.limit_by_id.get(limit_id)
    return limit.statement if limit else ""


KEEPING = Keeping(_statement, _keepers)
