"""Where a case stands in its process, and what one event makes of it."""

from dataclasses import dataclass
from datetime import date

from handrail.policy.follow_ups import Asked


@dataclass(frozen=True, slots=True)
class Deadline:
    """A limit that runs, or has ended: when it began, when it is due, and how it ended."""

    limit: str
    step: str
    began: date
    due: date
    ended: date | None = None
    lapsed: bool = False

    @property
    def late(self) -> bool:
        """Whether it ended after it was due."""
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
    """Where a case stands, since when; `deadlines` still run, `asked` are the follow-ups not ended.

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
    """What an event did: the new position, the deadlines that it ended, and the follow-up that it ended.

    `dropped` are the follow-ups that it ended beside that, because it said that nobody needs them any more or
    that they go on elsewhere.
    """

    position: Position
    ended: tuple[Deadline, ...]
    settled: Asked | None = None
    dropped: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a step cannot be taken, in words for the person who tried."""

    reason: str
    of_person: bool
