"""Writing records: one case at a time, or many at once with the same rows."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from procrastinate.contrib.django import app

from handrail.access.context import writing
from handrail.cases.engine import statements, subject_details
from handrail.cases.engine.record import Record
from handrail.cases.models import Case, Deadline, FollowUp, follow_up
from handrail.cases.packs import known_packs
from handrail.ledger.models import Entry
from handrail.ledger.record import append, append_many
from handrail.organisations.models import Organisation
from handrail.policy.follow_ups import Asked
from handrail.policy.position import Deadline as RunningLimit
from handrail.subjects.keeping import keep
from handrail.subjects.kept import Because
from handrail.subjects.models import Subject
from handrail.subjects.proposals import propose

CHANGES = [
    "pack_id",
    "force_id",
    "council_id",
    "joined_to_id",
    "owner_id",
    "allocated",
    "version",
    "stage_id",
    "stage_since",
    "closed_on",
    "next_due",
    "waiting_since",
    "taken",
    "taken_here",
    "pending_step",
    "pending_outcome",
    "pending_by",
    "pending_number",
    "threat_at",
    "threat_number",
    "threat_due_at",
]
ENDED = ["due", "ended", "lapsed"]
MOVED = ["due", "force_id", "step_id", "role"]
RESPONSIBLE = ["force_id", "council_id", "owner_id", "allocated"]


def write(record: Record) -> Entry:
    """Write what happened to one case; the last entry is returned. The caller holds the transaction."""
    return write_all(record)[-1]


def write_all(record: Record) -> list[Entry]:
    """Write what happened to one case; returns its entries in order. The caller holds the transaction."""
    if record.subject and record.referral:
        record.case.subject = record.subject
        statements.add([record.subject])
        statements.add([record.case])
        statements.add([record.referral])
    else:
        statements.change(record.case, CHANGES)
        if record.reassigned:
            _take_along(record.case)
    statements.add(record.further)
    if record.subject:
        keep([record.subject], Because.INTAKE)
        app.configure_task("cases.look-for").defer(subject=str(record.subject.pk))
    propose(record.proposals)
    for proposal in record.asked:
        proposal.save(update_fields=["asked_number", "record"])
    _write_deadlines(record)
    _write_follow_ups(record)
    entries = [append(act, recorded_at=at) for act, at in zip(record.acts, record.recorded_at, strict=True)]
    subject_details.write(record)
    return entries


def _take_along(case: Case) -> None:
    """Let whoever works on a case now work on those that were joined to it, as they did who had it before."""
    receiving = {step.id for pack in known_packs() for step in pack.steps if step.joining == "receive"}
    entries = Entry.objects.select_related("content").filter(chain=case.pk, act__in=receiving)
    for id_ in {e.content.content["other"]["case"] for e in entries if hasattr(e, "content")}:
        with writing(UUID(id_)):
            joined = Case.objects.filter(pk=id_, joined_to=case).first()
            if joined is None:
                continue
            for name in RESPONSIBLE:
                setattr(joined, name, getattr(case, name))
            statements.change(joined, RESPONSIBLE)
            _take_along(joined)


def _write_deadlines(record: Record) -> None:
    """End, move and add deadlines, touching only the rows that changed."""
    running = {row.limit_id: row for row in record.rows}
    added = []
    for ended in record.ended:
        row = running.pop(ended.limit, None)
        if row is None:
            added.append(deadline_row(record, ended))
        else:
            row.due, row.ended, row.lapsed = ended.due, ended.ended, ended.lapsed
            statements.change(row, ENDED)
    for deadline in record.position.deadlines:
        row = running.get(deadline.limit)
        new = deadline_row(record, deadline)
        if row is None:
            added.append(new)
        elif _differ(row, new):
            row.due, row.force_id, row.step_id, row.role = new.due, new.force_id, new.step_id, new.role
            statements.change(row, MOVED)
    statements.add(added)


def _differ(row: Deadline, new: Deadline) -> bool:
    return (row.due, row.force_id, row.step_id, row.role) != (new.due, new.force_id, new.step_id, new.role)


def deadline_row(record: Record, deadline: RunningLimit) -> Deadline:
    """The row of a deadline, given to the role that takes its step first."""
    return Deadline(
        case=record.case,
        force_id=record.case.force_id,
        limit_id=deadline.limit,
        step_id=deadline.step,
        role=record.pack.step_by_id[deadline.step].by[0],
        began=deadline.began,
        due=deadline.due,
        ended=deadline.ended,
        lapsed=deadline.lapsed,
    )


def _write_follow_ups(record: Record) -> None:
    """Add and change follow-ups, touching only the rows that changed."""
    kept = {row.number: row for row in record.follow_ups}
    added = []
    for asked in (*record.position.asked, *record.settled):
        row = kept.get(asked.number)
        if row is None:
            added.append(FollowUp(case=record.case).become(asked, bodies_among(asked)))
        elif row.asked != asked:
            statements.change(row.become(asked, bodies_among(asked)), follow_up.CHANGES)
    statements.add(added)


def bodies_among(asked: Asked) -> set[UUID | None]:
    """The id of whom was asked, where that is an organisation."""
    return set(Organisation.objects.filter(pk=asked.of).values_list("pk", flat=True)) if asked.of else set()


def write_new(records: Sequence[Record]) -> None:
    """Write many new cases, each with all that happened to it. The caller holds the transaction."""
    statements.add(_subjects(records))
    for record in records:
        record.case.subject_id = record.subject.id if record.subject else record.case.subject_id
    statements.add([r.case for r in records])
    statements.add([referral for r in records for referral in (r.referral, *r.further) if referral])
    keep(_subjects(records), Because.BULK)
    statements.add([deadline_row(r, d) for r in records for d in (*r.ended, *r.position.deadlines)])
    bodies: set[UUID | None] = set(Organisation.objects.values_list("pk", flat=True))
    asked = [(r.case, a) for r in records for a in (*r.settled, *r.position.asked)]
    statements.add([FollowUp(case=case).become(a, bodies) for case, a in asked])
    append_many(
        [act for r in records for act in r.acts], recorded_at=[at for r in records for at in r.recorded_at]
    )
    statements.add([detail for r in records for detail in r.details if subject_details.is_kept(detail)])


def _subjects(records: Iterable[Record]) -> list[Subject]:
    return [record.subject for record in records if record.subject]
