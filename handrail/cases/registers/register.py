"""A register as readers see it: the registers of a user, the entries listed, and counts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from handrail.cases.engine.register_groups import title_in
from handrail.cases.engine.register_limits import is_task_of
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry, RegisterEntryQuerySet
from handrail.ledger.models import Entry
from handrail.organisations.capabilities import OVERSEES, Capability
from handrail.organisations.models import Person
from handrail.policy import registers
from handrail.policy.clock import add_months
from handrail.policy.schema.form import Meaning, Question
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Register, Step
from handrail.policy.step_kinds.register_entry import REGISTER_ENTRY, steps_of
from handrail.records.deadlines import is_late
from handrail.records.packs import current_pack

COUNTED_FOR = 12  # months, by the calendar


def registers_of(person: Person) -> list[Register]:
    """Return the registers that a user may record in, read or oversee."""
    pack = current_pack()
    if person.may(Capability.READ_REGISTERS, *OVERSEES):
        return list(pack.registers)
    return [register for register in pack.registers if beginnings_for(pack, register, person)]


def titles_for(person: Person) -> list[tuple[str, str]]:
    """Return the title and id of each register of a user, as the menu shows them.

    A register that groups the entries of another one is left out: the page of the other leads to it.
    """
    return [(register.title, register.id) for register in registers_of(person) if not register.groups]


def beginnings_for(pack: Pack, register: Register, person: Person) -> list[Step]:
    """Return the steps by which a user may begin an entry of a register."""
    steps = registers.beginnings(pack, register)
    return [step for step in steps if not person.roles.isdisjoint(step.by)]


def kind_asked(pack: Pack, register: Register) -> Question | None:
    """Return the question whose answers filter the register by kind; None where its forms ask none."""
    return _asked(pack, register, Meaning.REGISTER_ENTRY_KIND)


def group_asked(pack: Pack, register: Register) -> Question | None:
    """Return the question that names the entry of another register to which an entry belongs, if any."""
    return _asked(pack, register, Meaning.REGISTER_ENTRY_GROUP)


def _asked(pack: Pack, register: Register, meaning: Meaning) -> Question | None:
    forms = (pack.form_of(step) for step in registers.beginnings(pack, register))
    return next((asked for form in forms if form and (asked := form.meaning(meaning))), None)


def grouping(pack: Pack, register: Register) -> list[Register]:
    """Return the registers whose entries group those of this one."""
    return [other for other in pack.registers if other.groups == register.id]


def kinds(pack: Pack, register: Register) -> dict[str, str]:
    """Return the labels of the kinds of entry of a register, by code."""
    asked = kind_asked(pack, register)
    return pack.codes_by_id[asked.codes].labels if asked and asked.codes else {}


def decisions(pack: Pack, register: Register) -> dict[str, str]:
    """Return the titles of the decisions possible on entries of a register, by the id of the outcome."""
    steps = (step for step in steps_of(pack, register) if not step.signs)
    return {outcome.id: outcome.title for step in steps for outcome in step.outcomes}


STATES = {
    "open": "Open",
    "waiting": "Second look due",
    "settled": "Settled",
    "became": "Became a referral",
}


def state_of(register_entry: RegisterEntry) -> str:
    """Return the state of a register entry, as a key of STATES."""
    if register_entry.became_id:
        return "became"
    if register_entry.pending_step:
        return "waiting"
    return "settled" if register_entry.ended_on else "open"


def in_state(register_entries: RegisterEntryQuerySet, state: str) -> RegisterEntryQuerySet:
    """Narrow register entries to a state; an unknown state finds none."""
    conditions = {
        "open": Q(ended_on=None, pending_step=""),
        "waiting": ~Q(pending_step=""),
        "settled": Q(ended_on__isnull=False, became=None),
        "became": Q(became__isnull=False),
    }
    return register_entries.filter(conditions[state]) if state in conditions else register_entries.none()


def statement_of(pack: Pack, limit_id: str) -> str:
    """Return what a limit asks, in the words of the policy; empty for an unknown limit."""
    limit = pack.limit_by_id.get(limit_id)
    return limit.statement if limit else ""


def filtered(
    register_entries: RegisterEntryQuerySet, filters: dict[str, str], today: date
) -> RegisterEntryQuerySet:
    """Narrow register entries by the filters; a filter with an invalid value finds none."""
    fields = {"force": "force__slug", "kind": "kind", "decided": "decided"}
    wanted = {fields[name]: value for name, value in filters.items() if name in fields and value}
    register_entries = register_entries.filter(**wanted)
    if filters.get("late"):
        late = RegisterDeadline.objects.filter(is_late(today), limit_id=filters["late"])
        register_entries = register_entries.filter(pk__in=late.values("record"))
    return in_state(register_entries, filters["state"]) if filters.get("state") else register_entries


def titles_of(register_entries: Iterable[RegisterEntry], person: Person) -> dict[UUID, str]:
    """Return the titles of the given register entries that the user may read, by id.

    The title is empty where the first ledger entry has no content, or none within the user's vetting.
    """
    levels = {register_entry.pk: register_entry.level for register_entry in register_entries}
    read = set(RegisterEntry.objects.filter(pk__in=levels).read_by(person).values_list("pk", flat=True))
    within = [register_entry for register_entry in read if levels[register_entry] <= person.vetting]
    raised = RaisedMarking.objects.filter(record=OuterRef("chain"), number=1, level__gt=person.vetting)
    first = Entry.objects.filter(~Exists(raised), chain__in=within, number=1).select_related("content")
    known = {entry.chain: title_in(entry) for entry in first if hasattr(entry, "content")}
    return {register_entry: known.get(register_entry, "") for register_entry in read}


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of register entries: in total, by decision, awaiting sign-off, and turned into a case."""

    where: str
    total: int
    decided: dict[str, int]
    waiting: int
    became: int


def counts(
    register_entries: RegisterEntryQuerySet, pack: Pack, register: Register, today: date
) -> list[Counts]:
    """Count entries of a register begun in the last COUNTED_FOR months, for each force that has any."""
    since = add_months(today, -COUNTED_FOR)
    outcomes = list(decisions(pack, register))
    counted = register_entries.filter(register_id=register.id, begun_on__gt=since).order_by("force__name")
    named = {_column(i): Count("pk", filter=Q(decided=id_)) for i, id_ in enumerate(outcomes)}
    rows: QuerySet[RegisterEntry, Any] = counted.values("force__name").annotate(
        total=Count("pk"),
        waiting=Count("pk", filter=~Q(pending_step="")),
        turned=Count("pk", filter=Q(became__isnull=False)),
        **named,
    )
    return [
        Counts(
            row["force__name"],
            row["total"],
            {id_: row[_column(i)] for i, id_ in enumerate(outcomes)},
            row["waiting"],
            row["turned"],
        )
        for row in rows
    ]


def _column(place: int) -> str:
    return f"decided_{place}"


def summed(rows: Collection[Counts]) -> Counts:
    """Return the counts of all forces together."""
    decided: dict[str, int] = {}
    for row in rows:
        decided = {id_: decided.get(id_, 0) + count for id_, count in row.decided.items()}
    total, waiting = sum(row.total for row in rows), sum(row.waiting for row in rows)
    return Counts("All together", total, decided, waiting, sum(row.became for row in rows))


def second_looks(person: Person) -> "QuerySet[RegisterEntry, tuple[str, int]]":
    """Count other users' decisions that await this user's sign-off, by the id of the register.

    Sign-offs that are among the user's tasks are left out.
    """
    pack = current_pack()
    signing = [
        step
        for step in REGISTER_ENTRY.steps(pack)
        if step.signs and not person.roles.isdisjoint(step.by) and not is_task_of(person, pack, step)
    ]
    waiting = RegisterEntry.objects.read_by(person).waiting_for_another().exclude(pending_by=person.pk)
    waiting = waiting.filter(pending_step__in=[step.signs for step in signing])
    return waiting.order_by().values_list("register_id").annotate(Count("pk"))
