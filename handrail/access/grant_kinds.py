"""The kinds of grant as one table: what each gives, who sees it where, and what it ends with.

A room above registers a kind of its own when it is loaded. The database works out what a grant lets somebody
do from the same table (`config.row_security`); who may give one of a kind stands in `config.rows.GIVEN`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum, StrEnum
from uuid import UUID


class GrantKind(StrEnum):
    """The kinds that this room knows by itself."""

    INVITED = "invited"
    ASKED = "asked"
    NAMED = "named"
    OPENED = "opened"
    SAMPLE = "sample"
    SHARED = "shared"


class Gives(IntEnum):
    """How much a grant of a kind lets somebody do with a record, or with the stages of it that it names."""

    READING = 1
    CHANGING = 2  # and to add documents and notes to it
    STEPS = 3  # and to take steps on it, in the role of their own post


class Ends(Enum):
    """What a grant of a kind ends with, if nobody ends it before."""

    BY_HAND = "Somebody ends it."
    MOMENT = "The moment comes that was set when it was given."
    EVENT = "The event that gave it is over."


@dataclass(frozen=True, slots=True)
class Event:
    """What gives a grant and ends it, such as a meeting.

    `words` tell the user who is let see a record by it, as in "on the agenda of 12 March", and hold nothing
    about anybody.
    """

    kind: str
    id: UUID
    words: str
    on: date


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of grant. `opens_restricted`: it names one person, and nothing else opens a restricted record.

    `shares`: it is given on a lawful basis to somebody who then answers for what they hold. `on_home`: the
    record is listed on the home page of the user who was let see it.
    """

    label: str
    gives: Gives
    ends: Ends = Ends.MOMENT
    opens_restricted: bool = False
    on_home: bool = True
    shares: bool = False


RULES: dict[str, Rule] = {
    GrantKind.INVITED: Rule("Invited to work on it", Gives.STEPS),
    GrantKind.ASKED: Rule("Asked to do something on it", Gives.STEPS, on_home=False),
    GrantKind.NAMED: Rule("Named for a restricted case", Gives.STEPS, Ends.BY_HAND, opens_restricted=True),
    GrantKind.OPENED: Rule("Opened with a reason", Gives.CHANGING, on_home=False),
    GrantKind.SAMPLE: Rule("Sample of an inspection", Gives.READING),
    GrantKind.SHARED: Rule("Shared with a partner", Gives.READING, shares=True),
}


def register(kind: str, rule: Rule) -> None:
    """Add a kind of grant that ends with an event or at a moment. Raises ValueError for any other."""
    if kind in RULES or rule.ends is Ends.BY_HAND or rule.opens_restricted or rule.shares:
        raise ValueError(f"This is no new kind of grant that ends by itself: {kind}")
    RULES[kind] = rule


def kinds(fit: Callable[[Rule], bool]) -> list[str]:
    """Return the kinds of grant whose rule fits, in alphabetical order."""
    return sorted(str(kind) for kind, rule in RULES.items() if fit(rule))


def changing() -> list[str]:
    """Return the kinds by which somebody may change a record; the others only let it be read."""
    return kinds(lambda rule: rule.gives >= Gives.CHANGING)


def taking_steps() -> list[str]:
    """Return the kinds by which somebody takes steps on a record in the role of their own post."""
    return kinds(lambda rule: rule.gives >= Gives.STEPS)


def on_home() -> list[str]:
    """Return the kinds of which the home page lists the records."""
    return kinds(lambda rule: rule.on_home)
