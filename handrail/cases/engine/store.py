"""Writes of records: one case at a time, or many new cases at once.

No other module writes cases, referrals, subjects, details, deadlines or follow-ups. This one writes only what
`fold.fold` computed from acts, together with the entries of those acts.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from handrail.access.context import writing
from handrail.cases.engine import statements, subject_details
from handrail.cases.engine.fold import responsible_for
from handrail.cases.engine.record import Record
from handrail.cases.engine.taking import take_built_in
from handrail.cases.models import Case, FollowUp, Referral, follow_up
from handrail.ledger.models import Entry
from handrail.ledger.record import append, append_many
from handrail.organisations.models import Organisation
from handrail.policy.built_in import FOLLOW_JOINED
from handrail.policy.follow_ups import Asked
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.merging import RECEIVE
from handrail.queue.jobs import queue
from handrail.records.acts import Actor
from handrail.records.packs import known_packs
from handrail.subjects.match_record_actions import index_subjects
from handrail.subjects.match_records import IndexReason
from handrail.subjects.models import Subject
from handrail.subjects.possible_matches import propose

# Columns of a case that change after it is opened.
CHANGES = [
    "pack_id",
    "force_id",
    "council_id",
    "joined_to_id",
    "owner_id",
    "allocated",
    "restricted",
    "marking_id",
    "level",
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
FOLDED = [Case._meta.get_field(name).name for name in CHANGES]
DEADLINE = ["due", "ended", "lapsed", "force_id", "step_id", "role"]


def write(record: Record) -> Entry:
    """Write a case and its new entries; return the last entry. The caller holds the transaction."""
    return write_all(record)[-1]


def write_all(record: Record) -> list[Entry]:
    """Write a case and its new entries; return the entries in order. The caller holds the transaction."""
    if record.subject and record.referral:
        record.case.subject = record.subject
        statements.add([record.subject])
        statements.add([record.case])
        statements.add([record.referral])
    else:
        statements.change(record.case, CHANGES)
    statements.add(record.further)
    if record.subject:
        index_subjects([record.subject], IndexReason.INTAKE)
        queue("cases.look-for", subject=str(record.subject.pk))
    propose(record.matches)
    for match in record.asked:
        match.save(update_fields=["asked_number", "record"])
    _write_deadlines(record)
    _write_follow_ups(record)
    entries = [append(act, recorded_at=at) for act, at in zip(record.acts, record.recorded_at, strict=True)]
    subject_details.write(record)
    if record.reassigned:
        _pass_on(record)
    return entries


def write_built_in(
    case: Case, step: Step, said: Mapping[str, Any], *, actor: Actor, at: datetime | None = None
) -> None:
    """Write a built-in act, which no pack defines, on a locked case; see `taking.take_built_in`."""
    record = Record.of(case)
    take_built_in(record, step, said, actor=actor, recorded_at=at or timezone.now())
    write(record)


def _pass_on(record: Record) -> None:
    """Pass the new owner, council and force of a case to the cases that were merged into it."""
    case, act = record.case, record.acts[-1]
    _pass_to_merged(case, Actor(act.actor, act.role, act.organisation), record.recorded_at[-1])


def _pass_to_merged(case: Case, actor: Actor, at: datetime) -> None:
    receiving = {step.id for pack in known_packs() for step in RECEIVE.steps(pack)}
    entries = Entry.objects.select_related("content").filter(chain=case.pk, act__in=receiving)
    for id_ in {e.content.content["other"]["case"] for e in entries if hasattr(e, "content")}:
        with writing(UUID(id_)):
            held = Case.objects.select_for_update(of=("self",))
            joined = held.filter(pk=id_, joined_to=case).first()
            if joined is not None:
                said = {"responsible": responsible_for(case)}
                write_built_in(joined, FOLLOW_JOINED, said, actor=actor, at=at)
                _pass_to_merged(joined, actor, at)


def move_referrals(record: Record) -> None:
    """Move referrals that another case handed over to this one, after both cases are written."""
    for referral in Referral.objects.filter(reference__in=record.comes):
        referral.case = record.case
        statements.change(referral, ["case_id"])


def _write_deadlines(record: Record) -> None:
    """Insert and update deadlines, writing changed rows only."""
    for row in record.changed:
        if not row._state.adding:
            statements.change(row, DEADLINE)
    statements.add([row for row in record.rows if row._state.adding])


def _write_follow_ups(record: Record) -> None:
    """Insert and update follow-ups, writing changed rows only."""
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
    """Return the id of the assignee where it is an organisation's; an empty set otherwise."""
    return set(Organisation.objects.filter(pk=asked.of).values_list("pk", flat=True)) if asked.of else set()


def write_new(records: Sequence[Record]) -> None:
    """Write many new cases, each with its rows and entries. The caller holds the transaction."""
    statements.add(_subjects(records))
    for record in records:
        record.case.subject_id = record.subject.id if record.subject else record.case.subject_id
    statements.add([r.case for r in records])
    statements.add([referral for r in records for referral in (r.referral, *r.further) if referral])
    index_subjects(_subjects(records), IndexReason.BULK)
    statements.add([row for r in records for row in r.rows])
    bodies: set[UUID | None] = set(Organisation.objects.values_list("pk", flat=True))
    asked = [(r.case, a) for r in records for a in (*r.settled, *r.position.asked)]
    statements.add([FollowUp(case=case).become(a, bodies) for case, a in asked])
    append_many(
        [act for r in records for act in r.acts], recorded_at=[at for r in records for at in r.recorded_at]
    )
    statements.add([detail for r in records for detail in r.details if subject_details.is_kept(detail)])


def _subjects(records: Iterable[Record]) -> list[Subject]:
    return [record.subject for record in records if record.subject]
