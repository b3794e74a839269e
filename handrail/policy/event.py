"""One step that was taken, as input for the process functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A step that was taken: the actor (any stable id), the day, and the outcome.

    `about` is the number of an earlier entry that this one answers; `asked` is the assignee, and `until`
    the due day. `ends` holds the numbers of entries whose follow-ups end without an answer. `ends_wait`
    ends a pause of the clock: the awaited reply is no longer needed. `carried` is a follow-up of another
    case that continues here, as `policy.follow_ups.carried` describes it. `at` is the local moment of
    recording, for limits in hours. `threat`: the answers state a threat.
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
