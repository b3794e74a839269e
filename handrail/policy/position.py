"""The position of a case in its process, and the types that describe a change of it."""

from dataclasses import dataclass
from datetime import date

from handrail.policy.follow_ups import Asked


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit that runs or has ended: when it began, when it is due, and how it ended."""

    limit: str
    step: str
    began: date
    due: date
    ended: date | None = None
    lapsed: bool = False

    @property
    def late(self) -> bool:
        """Whether the deadline ended after it was due."""
        return self.ended is not None and not self.lapsed and self.ended > self.due


@dataclass(frozen=True, slots=True)
class Pending:
    """A decision that waits for the sign-off of another person."""

    step: str
    outcome: str
    by: str
    number: int


@dataclass(frozen=True, slots=True)
class Position:
    """The stage of a case and since when; `deadlines` still run, `asked` are the open follow-ups.

    `threat`: a threat was stated and nobody has lowered the flag.
    """

    stage: str
    since: date | None = None
    taken: frozenset[str] = frozenset()
    taken_here: frozenset[str] = frozenset()
    pending: Pending | None = None
    waiting_since: date | None = None
    deadlines: tuple[Deadline, ...] = ()
    asked: tuple[Asked, ...] = ()
    threat: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The result of an event: the new position, the deadlines that ended, and the follow-up it answered.

    `dropped` are follow-ups that ended without an answer, because the event made them unnecessary or
    carried them to another case.
    """

    position: Position
    ended: tuple[Deadline, ...]
    settled: Asked | None = None
    dropped: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step cannot be taken, in words for the user."""

    reason: str
    of_person: bool
