"""One step that was taken, as the process hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A step that was taken: by whom (any stable id), on which day, with which outcome.

    `about` is the number of an earlier entry that it answers; `asked` whom it asks, and `until` by when.
    `ends` are the numbers of the entries whose follow-ups it ends, although it answers none of them, and
    `ends_wait` says that the answer which stopped the clock is awaited no more. `carried` is a follow-up of
    another case that goes on by this event, as `policy.follow_ups.carried` describes it.

    `at` is the local moment at which it was recorded, for limits in hours; `threat`: its answers state one.
    """

    step: str
    outcome: str | None
    by: str
    on: date
    number: int
    about: int | None = None
    asked: str = ""
    until: date | None = None
    ends: tuple[int, ...] = ()
    ends_wait: bool = False
    carried: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    threat: bool = False
