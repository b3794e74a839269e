"""A case in memory while steps are taken on it, and how it is written: one at a time, or many at once.

Both ways fold the same entries through `policy.process.advance`, so they end in the same place.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from handrail.cases.engine import guarding, subject_details
from handrail.cases.engine.attached import attached_to
from handrail.cases.engine.due import threat_due
from handrail.cases.engine.happened import HAPPENED_ON, moment_of
from handrail.cases.errors import InvalidAnswers, NotAllowed, NotNow
from handrail.cases.models import Case, Deadline, FollowUp, Referral
from handrail.cases.packs import pack as pack_by_id
from handrail.ledger.models import Entry
from handrail.ledger.record import Act
from handrail.organisations.models import Organisation, Person
from handrail.policy import moving, process
from handrail.policy.answers import Options, Reader, Typed
from handrail.policy.event import Event
from handrail.policy.facts import NOTHING_KNOWN, Facts
from handrail.policy.follow_ups import Asked
from handrail.policy.position import Deadline as RunningLimit
from handrail.policy.position import Pending, Position
from handrail.policy.questions import beside, meanings, options_for, sections_of
from handrail.policy.schema.access import Marking
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Form, Meaning, Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import StageKind, Step
from handrail.records.acts import Actor, Said, act_on
from handrail.records.marking import level_of
from handrail.subjects.models import Detail, Proposal, Subject
from handrail.written.days import birth_in_part, whole_day

JOINED_TO = {"join", "part"}  # the steps after which a case is joined to another one, or not any more
# What an imported entry says beside its answers: the file's own reference, what no answer can hold, and
# whether the row belongs to a back record.
IMPORTED, BACK_RECORD = "imported", "back-record"
AS_WRITTEN = "as-written"
PUBLIC_FORM = UUID("5f0c2b0e-6d0a-5c7e-9f3b-7a1d1c9a4e10")


@dataclass(slots=True)
class Record:
    """A case, where it stands, and what is to be written."""

    pack: Pack
    case: Case
    position: Position
    subject: Subject | None = None
    referral: Referral | None = None
    acts: list[Act] = field(default_factory=list)
    recorded_at: list[datetime] = field(default_factory=list)
    further: list[Referral] = field(default_factory=list)
    ended: list[RunningLimit] = field(default_factory=list)
    rows: list[Deadline] = field(default_factory=list)
    settled: list[Asked] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    to_be_asked: list[Proposal] = field(default_factory=list)
    asked: list[Proposal] = field(default_factory=list)
    reassigned: bool = False  # whether another person, council or force works on it now

    @classmethod
    def new(cls, pack: Pack, force: Organisation, owner: Person | None) -> "Record":
        """A case that is about to be opened in this force; `owner` is accountable until it is allocated."""
        position = process.opening_position(pack)
        case = Case(pack_id=pack.id, force=force, owner=owner, stage_id=position.stage)
        return cls(pack, case, position)

    @property
    def opened_by(self) -> Referral:
        """The referral that opened the case, while it is being written."""
        if self.referral is None:
            raise LookupError("No step of this record opened a case.")
        return self.referral

    @classmethod
    def of(cls, case: Case) -> "Record":
        """A case as it stands in the database."""
        found = attached_to(case)
        position = position_of(case, found.deadlines, found.follow_ups)
        return cls(
            pack_by_id(case.pack_id),
            case,
            position,
            rows=found.deadlines,
            follow_ups=found.follow_ups,
            to_be_asked=found.to_be_asked,
        )


def position_of(case: Case, rows: Iterable[Deadline], follow_ups: Iterable[FollowUp] = ()) -> Position:
    """The position that a case's columns, its running deadlines and its open follow-ups say."""
    pending = None
    if case.pending_step and case.pending_number is not None:
        pending = Pending(case.pending_step, case.pending_outcome, str(case.pending_by), case.pending_number)
    return Position(
        stage=case.stage_id,
        since=case.stage_since,
        taken=frozenset(case.taken),
        taken_here=frozenset(case.taken_here),
        pending=pending,
        waiting_since=case.waiting_since,
        deadlines=tuple(RunningLimit(r.limit_id, r.step_id, r.began, r.due) for r in rows),
        asked=tuple(follow_up.asked for follow_up in follow_ups),
        threat=case.threat_at is not None,
    )


def read_answers(
    pack: Pack,
    step: Step,
    choices: Options,
    typed: Typed,
    today: date,
    facts: Facts = NOTHING_KNOWN,
    more: Sequence[Section] = (),
    choices_of_more: Mapping[str, Sequence[Code]] | None = None,
) -> dict[str, Any]:
    """The answers to a step's questions. Raises InvalidAnswers with a message for each input to mend.

    `more` is asked beside the questions of the step, with choices of its own by the id of their question.
    """
    options = beside(options_for(pack, step, choices, facts), choices_of_more or {})
    reading = Reader(options, today, facts).read([*sections_of(pack, step), *more], typed)
    if reading.errors:
        raise InvalidAnswers(reading.errors)
    return reading.answers


def refuse(
    record: Record,
    step: Step,
    actor: Actor,
    *,
    outcome: str | None = None,
    about: int | None = None,
    on: date | None = None,
) -> None:
    """Raise NotAllowed or NotNow when this step cannot be taken by this person now."""
    roles = {actor.role}
    if step.opens:
        if not step.public and set(step.by).isdisjoint(roles):
            raise NotAllowed("Your role does not take referrals.")
        return
    refusal = process.refusal(
        record.pack,
        record.position,
        step,
        by=str(actor.id),
        roles=roles,
        outcome=outcome,
        about=about,
        bodies=actor.bodies,
        on=on,
    )
    if refusal:
        raise (NotAllowed if refusal.of_person else NotNow)(refusal.reason)


def take(
    record: Record,
    step: Step,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    recorded_at: datetime,
    happened_on: date | None = None,
    marking: Marking | None = None,
    about: int | None = None,
    also: Mapping[str, Any] | None = None,
) -> None:
    """Allow, guard and fold one step into the record. Raises NotAllowed, NotNow or InvalidAnswers.

    `happened_on` is the day on which it happened, where no answer says it. `marking` is a higher one than the
    step has by itself, `about` the number of the entry that it answers or corrects, `also` what the entry
    says beside the answers: what was known, which file, where it came from.
    """
    said = Said.by(answers)
    happened_at = moment_of(happened_on or day_said(record.pack, step, said.answers), recorded_at)
    on = timezone.localdate(happened_at)
    refuse(record, step, actor, outcome=said.outcome, about=about, on=on)
    guarding.guard(record.pack, record.case, step, said.outcome, said.answers, on, record.acts)
    more: dict[str, Any] = {HAPPENED_ON: happened_on.isoformat()} if happened_on else {}
    more |= {"marking": marking.id} if marking else {}
    more |= {"about": about} if about else {}
    more |= also or {}
    if step.signs and record.position.pending:
        more["signs"] = record.position.pending.number
    level = level_of(marking) if marking else None
    act = act_on(record.case, step, said, by=actor, happened_at=happened_at, more=more, level=level)
    _fold(record, step, act, recorded_at)


def follow(record: Record, step: Step, content: Mapping[str, Any], level: int | None = None) -> int:
    """Fold a step that follows from the last one of a record by itself; returns the number of its entry.

    `level` is how far its readers have to be vetted, where the marking of the step does not say it.
    """
    before = record.acts[-1]
    by = Actor(before.actor, before.role, before.organisation)
    at = record.recorded_at[-1]
    act = act_on(record.case, step, Said(), by=by, happened_at=at, more=content, level=level)
    _fold(record, step, act, at)
    return record.case.version


def move(record: Record, newer: Pack, reason: str, *, actor: Actor, recorded_at: datetime) -> None:
    """Fold a move to a newer policy into the record. Raises NotNow where the case cannot be moved."""
    case, older, today = record.case, record.pack, timezone.localdate(recorded_at)
    if why_not := moving.obstacle(older, newer, record.position, today):
        raise NotNow(why_not)
    said, came = Said(reason=reason), {"from": older.id}
    act = act_on(case, moving.MOVE, said, by=actor, happened_at=recorded_at, more=came, pack=newer)
    change = moving.move(older, newer, record.position, today)
    moved = change.position.stage != record.position.stage
    record.pack, case.pack_id = newer, newer.id
    record.position = change.position
    record.ended += change.ended
    record.acts.append(act)
    record.recorded_at.append(recorded_at)
    _project(record, today, moved=moved)


def day_said(pack: Pack, step: Step, answers: Mapping[str, Any]) -> date | None:
    """The day on which the form says that it happened, if it does."""
    said = meanings(pack.form_of(step), answers).get(Meaning.HAPPENED_ON)
    return date.fromisoformat(said) if said else None


def _fold(record: Record, step: Step, act: Act, recorded_at: datetime) -> None:
    """Move the record by one act: its position, what the answers mean for the case, and the columns."""
    case = record.case
    signed = record.position.pending if step.signs else None
    meant = meanings(record.pack.form_of(step), act.content["answers"])
    event = event_of(act, meant, case.version + 1, recorded_at)
    before = record.position.stage
    change = process.advance(record.pack, record.position, event)
    record.position = change.position
    record.ended += change.ended
    if step.refers and not step.joining:
        record.further.append(referral_of(case, step, meant, event.on))
    if change.settled:
        record.settled.append(change.settled)
        _give(record, change.settled, act)
    record.settled += change.dropped
    if step.opens:
        _open(record, step, meant, act, event.on)
        if act.content.get(IMPORTED, {}).get(BACK_RECORD):
            case.taken_over_on = timezone.localdate(recorded_at)
    elif step.joining in JOINED_TO:
        case.joined_to_id = UUID(act.content["other"]["case"]) if step.joining == "join" else None
        _take_responsible(case, act.content.get("responsible"))
    elif signed and change.position.stage != before:
        _apply_decided(record, signed)
    elif change.position.pending is None or change.position.pending.number != event.number:
        _apply(record, meant)
    subject_details.fold(record, act, meant, number=event.number, on=event.on)
    _flag(case, event, recorded_at, stands=change.position.threat)
    record.acts.append(act)
    record.recorded_at.append(recorded_at)
    _project(record, event.on, moved=change.position.stage != before)


def _flag(case: Case, event: Event, recorded_at: datetime, *, stands: bool) -> None:
    """Write the flag of a stated threat: raised by the last entry that states one, until it is lowered."""
    if event.threat:
        case.threat_at, case.threat_number = recorded_at, event.number
    elif not stands:
        case.threat_at = case.threat_number = None


def event_of(
    act: Act | Entry, meant: Mapping[Meaning, Any], number: int, recorded_at: datetime | None = None
) -> Event:
    """An act, or an entry of one, as the process hears of it; `meant` is what its answers mean.

    `recorded_at` is when an act is recorded; an entry says that itself.
    """
    content = act.content if isinstance(act, Act) else act.content.content
    recorded_at = act.recorded_at if isinstance(act, Entry) else recorded_at
    until = meant.get(Meaning.ASKED_UNTIL)
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
        at=timezone.localtime(recorded_at) if recorded_at else None,
        threat=stated or content.get("threat") is True,
    )


def _give(record: Record, settled: Asked, act: Act) -> None:
    """Whoever took over what was handed to them is responsible from now on, and nobody before."""
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
    """Who is responsible for a case, as an entry says it."""
    owner, council = case.owner_id, case.council_id
    return {
        "owner": str(owner) if owner else None,
        "council": str(council) if council else None,
        "allocated": case.allocated,
    }


def _take_responsible(case: Case, said: Mapping[str, Any] | None) -> None:
    """Let a joined case be of whoever works on the one that it belongs to, or give it back."""
    if said is None:
        return
    case.owner_id = UUID(said["owner"]) if said["owner"] else None
    case.council_id = UUID(said["council"]) if said["council"] else None
    case.allocated = said["allocated"]


def _open(record: Record, step: Step, meant: Mapping[Meaning, Any], act: Act, on: date) -> None:
    """Make the subject and the referral."""
    case = record.case
    facts = {m.value.split(".")[1]: v for m, v in meant.items() if m.value.startswith("subject.")}
    facts |= _born(record.pack.form_of(step), facts.pop("date_of_birth", ""), act)
    record.subject = Subject.described(facts)
    record.referral = referral_of(case, step, meant, on)
    case.subject = record.subject
    case.opened_on = case.stage_since = on


def _born(form: Form | None, said: str, act: Act) -> dict[str, Any]:
    """The date of birth of a new subject, or the part of it that is known.

    Where a row of an import told it in part, its cell stands in the entry as it was written.
    """
    if day := whole_day(said):
        return {"date_of_birth": day}
    question = form.meaning(Meaning.DATE_OF_BIRTH) if form else None
    written = act.content.get(IMPORTED, {}).get(AS_WRITTEN, {})
    part = said or birth_in_part(written.get(question.id, "") if question else "")
    return {"born_in": part} if part else {}


def referral_of(case: Case, step: Step, meant: Mapping[Meaning, Any], on: date) -> Referral:
    """A referral as its answers describe it; nothing is saved."""
    return Referral(
        case=case,
        force=case.force,
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
    """What a decision means for the case takes effect when it is signed off."""
    held = len(record.acts)
    first = record.case.version - held + 1
    if decided.number >= first:
        content = record.acts[decided.number - first].content
    else:
        entry = Entry.objects.select_related("content").get(chain=record.case.id, number=decided.number)
        content = entry.content.content
    form = record.pack.form_of(record.pack.step_by_id[decided.step])
    _apply(record, meanings(form, content["answers"]))


def _project(record: Record, on: date, *, moved: bool) -> None:
    """Write the position into the case's columns."""
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
