"""The kinds of grant as one table: what each allows, where its records are listed, and when it ends.

A room above registers its own kinds when it is loaded. The database derives from this table what a grant
allows (`config.row_security`). Which roles may give which kind is set in `config.rows.GIVEN`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum, StrEnum
from uuid import UUID

from handrail.policy.names import refuse_unfit

LONGEST = 10  # characters in the name of a kind


class GrantKind(StrEnum):
    """The kinds of grant that are defined in this room."""

    INVITED = "invited"
    ASKED = "asked"
    NAMED = "named"
    OPENED = "opened"
    SAMPLE = "sample"
    SHARED = "shared"


class Gives(IntEnum):
    """How much a grant allows on a record, or on the stages of the record that it names."""

    READING = 1
    CHANGING = 2  # also adding documents and notes
    STEPS = 3  # also taking steps, in the role of the user's own post


class Ends(Enum):
    """When a grant of a kind ends, unless it is ended earlier by hand."""

    BY_HAND = "Somebody ends it."
    MOMENT = "It reaches the end date that was set when it was given."
    EVENT = "The event that gave it is over, or it reaches the latest end date."


@dataclass(frozen=True, slots=True)
class Event:
    """An event that gives grants and ends them, such as a meeting.

    `words` tell the user why they see the record, as in "on the agenda of 12 March". They must contain no
    personal data.
    """

    kind: str
    id: UUID
    words: str
    on: date


@dataclass(frozen=True, slots=True)
class Rule:
    """The properties of one kind of grant.

    `opens_restricted`: the grant names one person; only such a grant opens a restricted record. `shares`: the
    grant discloses the record on a lawful basis to a receiver who is then its controller. `on_home`: the home
    page of the receiving user lists the record. `asked_at_exit`: an act that ends the record asks whether the
    grant ends too.
    """

    label: str
    gives: Gives
    ends: Ends = Ends.MOMENT
    opens_restricted: bool = False
    on_home: bool = True
    shares: bool = False
    asked_at_exit: bool = True


RULES: dict[str, Rule] = {
    GrantKind.INVITED: Rule("Invited to work on it", Gives.STEPS),
    GrantKind.ASKED: Rule("Asked to do something on it", Gives.STEPS, on_home=False, asked_at_exit=False),
    GrantKind.NAMED: Rule(
        "Named for a restricted case", Gives.STEPS, Ends.BY_HAND, opens_restricted=True, asked_at_exit=False
    ),
    GrantKind.OPENED: Rule("Opened with a reason", Gives.CHANGING, on_home=False, asked_at_exit=False),
    GrantKind.SAMPLE: Rule("Sample of an inspection", Gives.READING, asked_at_exit=False),
    GrantKind.SHARED: Rule("Shared with a partner", Gives.READING, shares=True),
}


def register(kind: str, rule: Rule) -> None:
    """Add a kind of grant that ends at a moment or with an event.

    Raises ValueError for any other, and for a name that does not fit.
    """
    refuse_unfit(kind, LONGEST)
    if kind in RULES or rule.ends is Ends.BY_HAND or rule.opens_restricted or rule.shares:
        raise ValueError(f"This is not a new kind of grant that ends by itself: {kind}")
    RULES[kind] = rule


def kinds(fit: Callable[[Rule], bool]) -> list[str]:
    """Return the kinds of grant whose rule satisfies `fit`, in alphabetical order."""
    return sorted(str(kind) for kind, rule in RULES.items() if fit(rule))


def changing() -> list[str]:
    """Return the kinds of grant that allow changing a record; all others allow reading only."""
    return kinds(lambda rule: rule.gives >= Gives.CHANGING)


def taking_steps() -> list[str]:
    """Return the kinds of grant that allow taking steps on a record, in the role of the user's own post."""
    return kinds(lambda rule: rule.gives >= Gives.STEPS)


def asked_at_exit() -> list[str]:
    """Return the kinds of grant about which an act asks that ends a record."""
    return kinds(lambda rule: rule.asked_at_exit)


def on_home() -> list[str]:
    """Return the kinds of grant whose records the home page lists."""
    return kinds(lambda rule: rule.on_home)
