"""The overview of a case: the cards of its summary, and which answers each card shows."""

from pydantic import Field

from handrail.policy.base import Frozen, Id, Sourced, Text


class Take(Frozen):
    """Answers that a card takes from the newest entry of these steps that has one.

    With `decision` it takes what was decided too, and an entry that decides needs no answer.
    """

    steps: tuple[Id, ...] = Field(min_length=1)
    questions: tuple[Id, ...] = ()
    decision: bool = False


class Card(Sourced):
    """One card of a case's summary.

    `empty` is shown while no entry says anything. `quoted`: the answers are somebody's own words. `due`
    names steps; the earliest deadline of one of them stands on the card.
    """

    id: Id
    title: Text
    empty: Text
    takes: tuple[Take, ...] = Field(min_length=1)
    quoted: bool = False
    due: tuple[Id, ...] = ()
