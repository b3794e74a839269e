"""Limits that run on a case: when they begin, when they are due, and how an event changes them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from handrail.policy.clock import add_hours, add_months, add_working_days, working_days_between
from handrail.policy.event import Event
from handrail.policy.position import Deadline, Position
from handrail.policy.schema.obligations import Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step


def due_date(
    pack: Pack, limit: Limit, began: date, since: date | None = None, at: datetime | None = None
) -> date:
    """Return when a limit that begins on `began` falls due.

    `since` is the day on which the case came to its stage. `at` is the local moment of the beginning, for a
    limit in hours.
    """
    if limit.hours:
        return add_hours(at, limit.hours).date() if at else began
    if limit.months:
        due = add_months(began, limit.months)
        last = add_months(since, limit.latest_months) if since and limit.latest_months else due
        return max(began, min(due, last))
    return add_working_days(began, limit.working_days or 0, pack.calendar)


def has_place(limit: Limit, step: Step, position: Position) -> bool:
    """Return whether a limit can run at this position: the case can take its step, and the stage fits."""
    here = not limit.within_stages or position.stage in limit.within_stages
    here = here and (position.threat or not limit.on_threat)
    return here and position.stage in step.stages and not (step.signs and position.pending is None)


def begin_deadlines(pack: Pack, position: Position, event: Event, entered: str | None) -> list[Deadline]:
    """Return the limits that begin with an event; `entered` is the stage the event led to, if any."""
    return [
        Deadline(limit.id, limit.step, event.on, due_date(pack, limit, event.on, position.since, event.at))
        for limit in pack.limits
        if _begins(pack, limit, position, event, entered)
    ]


def _begins(pack: Pack, limit: Limit, position: Position, event: Event, entered: str | None) -> bool:
    if not has_place(limit, pack.step_by_id[limit.step], position):
        return False
    if limit.first_counts and any(d.limit == limit.id and d.step != event.step for d in position.deadlines):
        return False
    chosen = any(event.step == o.step and event.outcome == o.outcome for o in limit.after_outcomes)
    stated = limit.on_threat and event.threat
    return stated or chosen or event.step in limit.after_steps or entered in limit.on_stages


def end_deadlines(
    pack: Pack, position: Position, event: Event
) -> tuple[list[Deadline], tuple[Deadline, ...]]:
    """Split deadlines into two groups: still running, and ended because they were met or lapsed."""
    running, ended = [], []
    for deadline in position.deadlines:
        limit, step = pack.limit_by_id[deadline.limit], pack.step_by_id[deadline.step]
        gone = not has_place(limit, step, position)
        kept = event.step in {deadline.step, *limit.also_kept_by}
        if kept or gone:
            # While the clock is paused, a deadline that ends now still gets the paused days added.
            since = position.waiting_since
            settled = postponed(pack, deadline, since, event.on) if since else deadline
            ended.append(replace(settled, ended=event.on, lapsed=not kept))
        else:
            running.append(deadline)
    return running, tuple(ended)


def postponed(pack: Pack, deadline: Deadline, since: date, until: date) -> Deadline:
    """Return the deadline moved by the paused working days; unchanged where it was late or never pauses."""
    if deadline.due < since or not pack.limit_by_id[deadline.limit].stops:
        return deadline
    stood = working_days_between(max(since, deadline.began), until, pack.calendar)
    return replace(deadline, due=add_working_days(deadline.due, stood, pack.calendar))


def in_due_order(pack: Pack, deadlines: Iterable[Deadline]) -> list[Deadline]:
    """Return deadlines with the earliest due first; that of a stated threat comes before all others."""
    return sorted(deadlines, key=lambda one: (not pack.limit_by_id[one.limit].on_threat, one.due, one.limit))
