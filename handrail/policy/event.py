"""One step that was taken, as the process hears of it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Event:
    """A step that was taken: by whom (any stable id), on which day, with which outcome.

    `about` is the number of an earlier entry that it answers; `asked` whom it asks, and `until` by when.
    """

    step: str
    outcome: str | None
    by: str
    on: date
    number: int
    about: int | None = None
    asked: str = ""
    until: date | None = None
