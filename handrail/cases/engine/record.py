"""A case in memory while acts are folded into it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from handrail.cases.engine.attached import attached_to
from handrail.cases.models import Case, Deadline, FollowUp, Referral
from handrail.ledger.record import Act
from handrail.organisations.models import Organisation, Person
from handrail.policy import process
from handrail.policy.follow_ups import Asked
from handrail.policy.position import Deadline as RunningLimit
from handrail.policy.position import Pending, Position
from handrail.policy.schema.pack import Pack
from handrail.records.packs import pack as pack_by_id
from handrail.subjects.models import Detail, PossibleMatch, Subject

# Keys in the content of an imported entry beside its answers: the reference in the file, whether the row is
# of a back record, and values that no answer can hold.
IMPORTED, BACK_RECORD = "imported", "back-record"
AS_WRITTEN = "as-written"
# The actor of entries that people outside made.
PUBLIC_FORM = UUID("5f0c2b0e-6d0a-5c7e-9f3b-7a1d1c9a4e10")


@dataclass(slots=True)
class Record:
    """A case, its position in the process, and the rows that are to be written."""

    pack: Pack
    case: Case
    position: Position
    subject: Subject | None = None
    referral: Referral | None = None
    acts: list[Act] = field(default_factory=list)
    recorded_at: list[datetime] = field(default_factory=list)
    further: list[Referral] = field(default_factory=list)
    comes: set[str] = field(default_factory=set)  # references of referrals received from another case
    goes: set[str] = field(default_factory=set)  # references of referrals handed to another case
    rows: list[Deadline] = field(default_factory=list)
    changed: list[Deadline] = field(default_factory=list)  # stored rows that have to be updated
    settled: list[Asked] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)
    matches: list[PossibleMatch] = field(default_factory=list)
    to_be_asked: list[PossibleMatch] = field(default_factory=list)
    asked: list[PossibleMatch] = field(default_factory=list)
    reassigned: bool = False  # whether the owner, council or force has changed
    category: str = ""  # category of the restriction; "" for none

    @classmethod
    def new(cls, pack: Pack, force: Organisation, owner: Person | None) -> "Record":
        """Return a record for a case about to be opened; `owner` is accountable until it is allocated."""
        position = process.opening_position(pack)
        case = Case(pack_id=pack.id, force=force, owner=owner, stage_id=position.stage)
        return cls(pack, case, position)

    @property
    def opened_by(self) -> Referral:
        """Referral that opened the case, while it is being written. Raises LookupError for a stored case."""
        if self.referral is None:
            raise LookupError("No step of this record opened a case.")
        return self.referral

    @classmethod
    def of(cls, case: Case) -> "Record":
        """Return the record of a stored case."""
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
    """Return the position given by a case's columns, its running deadlines and its open follow-ups."""
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
