"""Fold of an act into a case: the only code that computes the columns of a case and its related rows.

`fold` serves acts being taken, acts of an import, and entries that `handrail ledger rebuild` reads again.
`store` writes the result; nothing else does.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from handrail.cases.engine import subject_details
from handrail.cases.engine.due import threat_due
from handrail.cases.engine.record import AS_WRITTEN, BACK_RECORD, IMPORTED, Record
from handrail.cases.models import Case, Deadline, Referral
from handrail.ledger.models import Entry
from handrail.ledger.record import Act
from handrail.policy import policy_change, process
from handrail.policy.built_in import BUILT_IN, MOVE
from handrail.policy.event import Event
from handrail.policy.follow_ups import Asked
from handrail.policy.position import Deadline as RunningLimit
from handrail.policy.position import Pending
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Form, Meaning
from handrail.policy.schema.step import StageKind, Step
from handrail.policy.step_kinds.kind import kind_of
from handrail.policy.step_kinds.merging import Merging
from handrail.records.marking import WHOLE
from handrail.records.packs import pack as pack_by_id
from handrail.subjects.models import Subject
from handrail.written.days import birth_in_part, whole_day


def fold(record: Record, act: Act, recorded_at: datetime) -> None:
    """Apply an act to a record: its position, what its content says of the case, and every column.

    The act is either new or read from its entry. Whether it is allowed is not checked here.
    """
    before, on = record.position.stage, timezone.localdate(act.happened_at)
    _apply_content(record, act.content)
    if act.act == MOVE.id:
        ended = _change_policy(record, act)
    elif act.act in BUILT_IN:
        ended = ()
    else:
        ended = _take_step(record, act, recorded_at)
    record.acts.append(act)
    record.recorded_at.append(recorded_at)
    _set_columns(record, on, moved=record.position.stage != before)
    _update_deadlines(record, ended)


def _change_policy(record: Record, act: Act) -> Sequence[RunningLimit]:
    """Move a record to the act's policy; return the deadlines that end."""
    newer = pack_by_id(act.pack)
    change = policy_change.move(record.pack, newer, record.position, timezone.localdate(act.happened_at))
    record.pack, record.case.pack_id, record.position = newer, newer.id, change.position
    return change.ended


def _take_step(record: Record, act: Act, recorded_at: datetime) -> Sequence[RunningLimit]:
    """Apply a step of the record's policy; return the deadlines that end."""
    case, step = record.case, record.pack.step_by_id[act.act]
    kind, signed = kind_of(step), record.position.pending if step.signs else None
    meant = meanings(record.pack.form_of(step), act.content["answers"])
    event = event_of(act, meant, case.version + 1, recorded_at)
    before = record.position.stage
    change = process.advance(record.pack, record.position, event)
    record.position = change.position
    if kind.brings_referral:
        record.further.append(referral_of(case, step, meant, event.on))
    if change.settled:
        record.settled.append(change.settled)
        _transfer(record, change.settled, act)
    record.settled += change.dropped
    if kind.opens_case:
        _open(record, step, meant, act, event.on)
        if act.content.get(IMPORTED, {}).get(BACK_RECORD):
            case.taken_over_on = timezone.localdate(recorded_at)
    elif isinstance(kind, Merging):
        _join(record, kind, act.content)
    elif signed and change.position.stage != before:
        _apply_decided(record, signed)
    elif change.position.pending is None or change.position.pending.number != event.number:
        _apply(record, meant)
    subject_details.fold(record, act, meant, number=event.number, on=event.on)
    _flag(case, event, recorded_at, stands=change.position.threat)
    return change.ended


def _join(record: Record, kind: Merging, said: Mapping[str, Any]) -> None:
    """Merge or unmerge a record with the other case that the act names, and hand over its referrals."""
    if kind.joined is not None:
        record.case.joined_to_id = UUID(said["other"]["case"]) if kind.joined else None
    comes, goes = (record.comes, record.goes) if kind.referrals_come else (record.goes, record.comes)
    comes.update(said["referrals"])
    goes.difference_update(said["referrals"])


def _flag(case: Case, event: Event, recorded_at: datetime, *, stands: bool) -> None:
    """Write the flag of a stated threat: the newest entry that states one raises it, until it is lowered."""
    if event.threat:
        case.threat_at, case.threat_number = recorded_at, event.number
    elif not stands:
        case.threat_at = case.threat_number = None


def event_of(act: Act, meant: Mapping[Meaning, Any], number: int, recorded_at: datetime) -> Event:
    """Return an act as an Event of the process; `meant` is what its answers mean."""
    content = act.content
    until = meant.get(Meaning.ASKED_UNTIL) or meant.get(Meaning.REGISTER_ENTRY_END)
    ended = [one for one in content.get("became", ()) if one["ends"]]
    stated = pack_by_id(act.pack).states_threat(meant.get(Meaning.THREAT))
    return Event(
        act.act,
        act.outcome,
        str(act.actor),
        timezone.localdate(act.happened_at),
        number,
        about=content.get("about"),
        asked=meant.get(Meaning.ASKED_PERSON) or meant.get(Meaning.ASKED_ORGANISATION) or "",
        until=date.fromisoformat(until) if until else None,
        ends=tuple(one["number"] for one in ended if one["number"]),
        ends_wait=any(one["thing"] == "awaited" for one in ended),
        carried=content.get("carried", {}).get("as_it_stood", {}),
        at=timezone.localtime(recorded_at),
        threat=stated or content.get("threat") is True,
    )


def _transfer(record: Record, settled: Asked, act: Act) -> None:
    """Transfer the case to the user who accepted a hand-over, and to their force where the pack says so."""
    gives = record.pack.follow_up_by_id[settled.kind].gives
    if settled.accepted is None or gives == "nothing":
        return
    case = record.case
    if gives == "force":
        case.force_id = UUID(settled.of)
        case.council_id = None
    case.owner_id = act.actor
    case.allocated = True
    record.reassigned = True


def responsible_for(case: Case) -> dict[str, Any]:
    """Return who is responsible for a case, as the content of an entry."""
    owner, council = case.owner_id, case.council_id
    return {
        "force": str(case.force_id),
        "owner": str(owner) if owner else None,
        "council": str(council) if council else None,
        "allocated": case.allocated,
    }


def _apply_content(record: Record, said: Mapping[str, Any]) -> None:
    """Apply the content of an act beside its answers: responsibility, restriction and marking."""
    case = record.case
    if responsible := said.get("responsible"):
        case.force_id = UUID(responsible["force"]) if "force" in responsible else case.force_id
        case.owner_id = UUID(responsible["owner"]) if responsible["owner"] else None
        case.council_id = UUID(responsible["council"]) if responsible["council"] else None
        case.allocated = responsible["allocated"]
    if "restricted" in said:
        record.category = said["restricted"]
        case.restricted = bool(record.category)
    case.mark(said)
    for marked in said.get("marked", ()):
        if marked["number"] != WHOLE:
            subject_details.keep_apart(record, marked["number"])


def _open(record: Record, step: Step, meant: Mapping[Meaning, Any], act: Act, on: date) -> None:
    """Create the subject and the first referral."""
    case = record.case
    if "responsible" not in act.content:  # entries from before this key existed
        case.force_id = UUID(meant[Meaning.FORCE])
    facts = {m.value.split(".")[1]: v for m, v in meant.items() if m.value.startswith("subject.")}
    facts |= _born(record.pack.form_of(step), facts.pop("date_of_birth", ""), act)
    record.subject = Subject.described(facts)
    record.referral = referral_of(case, step, meant, on)
    record.referral.source_reference = act.content.get(IMPORTED, {}).get("reference", "")
    case.subject = record.subject
    case.opened_on = case.stage_since = on


def _born(form: Form | None, said: str, act: Act) -> dict[str, Any]:
    """Return the date of birth of a new subject, or its known part, as keyword arguments.

    An import keeps a partial date as the file had it, in the content of the entry.
    """
    if day := whole_day(said):
        return {"date_of_birth": day}
    question = form.meaning(Meaning.DATE_OF_BIRTH) if form else None
    written = act.content.get(IMPORTED, {}).get(AS_WRITTEN, {})
    part = said or birth_in_part(written.get(question.id, "") if question else "")
    return {"born_in": part} if part else {}


def referral_of(case: Case, step: Step, meant: Mapping[Meaning, Any], on: date) -> Referral:
    """Return an unsaved referral from the answers of its step."""
    return Referral(
        case=case,
        force_id=case.force_id,
        step_id=step.id,
        received_on=on,
        sector=meant.get(Meaning.SECTOR, ""),
        concern=meant.get(Meaning.CONCERN, ""),
    )


def _apply(record: Record, meant: Mapping[Meaning, Any]) -> None:
    case = record.case
    record.reassigned |= Meaning.OWNER in meant or Meaning.COUNCIL in meant
    if Meaning.OWNER in meant:
        case.owner_id = UUID(meant[Meaning.OWNER])
        case.allocated = True
    if Meaning.COUNCIL in meant:
        case.council_id = UUID(meant[Meaning.COUNCIL])


def _apply_decided(record: Record, decided: Pending) -> None:
    """Apply the answers of a decision when it is signed off."""
    held = len(record.acts)
    first = record.case.version - held + 1
    if decided.number >= first:
        content = record.acts[decided.number - first].content
    else:
        entry = Entry.objects.select_related("content").get(chain=record.case.id, number=decided.number)
        content = entry.content.content
    form = record.pack.form_of(record.pack.step_by_id[decided.step])
    _apply(record, meanings(form, content["answers"]))


def _set_columns(record: Record, on: date, *, moved: bool) -> None:
    """Copy the position into the columns of the case."""
    case, position = record.case, record.position
    case.version += 1
    case.stage_id = position.stage
    case.taken = sorted(position.taken)
    case.taken_here = sorted(position.taken_here)
    case.waiting_since = position.waiting_since
    case.next_due = min((d.due for d in position.deadlines), default=None)
    running = {deadline.limit for deadline in position.deadlines}
    case.threat_due_at = threat_due(record.pack, case.threat_at, running)
    pending = position.pending
    case.pending_step = pending.step if pending else ""
    case.pending_outcome = pending.outcome if pending else ""
    case.pending_by = UUID(pending.by) if pending else None
    case.pending_number = pending.number if pending else None
    if moved:
        case.stage_since = on
        closed = record.pack.stage_by_id[position.stage].kind is StageKind.CLOSED
        case.closed_on = on if closed else None


def _update_deadlines(record: Record, ended: Iterable[RunningLimit]) -> None:
    """Update the rows of deadlines from the position: those that ended, those that run, and their roles."""
    running = {row.limit_id: row for row in record.rows if row.ended is None}
    for deadline in ended:
        row = running.pop(deadline.limit, None)
        if row is None:
            record.rows.append(_deadline_row(record, deadline))
        else:
            row.due, row.ended, row.lapsed = deadline.due, deadline.ended, deadline.lapsed
            record.changed.append(row)
    for deadline in record.position.deadlines:
        new, row = _deadline_row(record, deadline), running.get(deadline.limit)
        if row is None:
            record.rows.append(new)
        elif _differ(row, new):
            row.due, row.force_id, row.step_id, row.role = new.due, new.force_id, new.step_id, new.role
            record.changed.append(row)


def _differ(row: Deadline, new: Deadline) -> bool:
    return (row.due, row.force_id, row.step_id, row.role) != (new.due, new.force_id, new.step_id, new.role)


def _deadline_row(record: Record, deadline: RunningLimit) -> Deadline:
    """Return the row of a deadline, assigned to the first role that may take its step."""
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
