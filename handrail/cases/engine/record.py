"""A case in memory while acts are folded into it, one after another."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from handrail.cases.engine.attached import attached_to
from handrail.cases.models import Case, Deadline, FollowUp, Referral
from handrail.cases.packs import pack as pack_by_id
from handrail.ledger.record import Act
from handrail.organisations.models import Organisation, Person
from handrail.policy import process
from handrail.policy.follow_ups import Asked
from handrail.policy.position import Deadline as RunningLimit
from handrail.policy.position import Pending, Position
from handrail.policy.schema.pack import Pack
from handrail.subjects.models import Detail, Proposal, Subject

# What an imported entry says beside its answers: the file's own reference, what no answer can hold, and
# whether the row belongs to a back record.
IMPORTED, BACK_RECORD = "imported", "back-record"
AS_WRITTEN = "as-written"
# Who stands as the author of an entry that no account made.
PUBLIC_FORM = UUID("5f0c2b0e-6d0a-5c7e-9f3b-7a1d1c9a4e10")
HANDRAIL = UUID("0d5a1f3c-8b7e-5d2a-9c41-3e6f2b8a7d90")


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
    comes: set[str] = field(default_factory=set)  # references of referrals that another case gives it
    goes: set[str] = field(default_factory=set)  # and of those that it gives to another case
    rows: list[Deadline] = field(default_factory=list)
    changed: list[Deadline] = field(default_factory=list)  # those of the rows that are no more as they were
    settled: list[Asked] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)
    details: list[Detail] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    to_be_asked: list[Proposal] = field(default_factory=list)
    asked: list[Proposal] = field(default_factory=list)
    reassigned: bool = False  # whether another person, council or force works on it now
    category: str = ""  # why it is restricted, by what was folded

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
