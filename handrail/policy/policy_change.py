"""Move a case from one policy to a newer one, as a pure function, and show what changes for the case.

The move is a step of neither policy, because it lies between them (`built_in.MOVE`). Like every step it is
folded from its entry. So a case stands where its entries put it, under each policy in turn.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from handrail.policy.clock import add_working_days, working_days_between
from handrail.policy.deadlines import due_date, has_place
from handrail.policy.diff import differences
from handrail.policy.diff_words import GROUPS, Change
from handrail.policy.mapping import stage_in_newer
from handrail.policy.position import Change as Advanced
from handrail.policy.position import Deadline, Position
from handrail.policy.schema.obligations import Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Stage, StageKind, Step


@dataclass(frozen=True, slots=True)
class Due:
    """A limit of a case before and after the move; a day is None where the limit begins or ends."""

    limit: Limit
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a move on one case."""

    before: Stage
    after: Stage
    dues: tuple[Due, ...]
    steps_new: tuple[Step, ...]
    steps_gone: tuple[Step, ...]
    questions: tuple[Change, ...]


def obstacle(older: Pack, newer: Pack, position: Position, today: date) -> str:
    """Return why a case at this position cannot be moved now; "" when it can."""
    return next(_obstacles(older, newer, position, today), "")


def _obstacles(older: Pack, newer: Pack, position: Position, today: date) -> Iterator[str]:
    stage = stage_in_newer(newer, position.stage)
    if older.id == newer.id:
        yield f"The case is under “{newer.title}” already."
    elif newer.in_force_from < older.in_force_from:
        yield f"“{newer.title}” is the older policy; a case moves to a newer one only."
    if newer.in_force_from > today:
        yield f"“{newer.title}” is not in force before {newer.in_force_from:%-d %B %Y}."
    if older.stage_by_id[position.stage].kind is StageKind.CLOSED:
        yield "The case is closed. It keeps the policy that it was closed under until it is opened again."
    if position.pending:
        yield f"“{older.step_by_id[position.pending.step].title}” waits for sign-off first."
    if stage is None:
        yield f"“{newer.title}” does not say where a case stands that is at this stage."
    for asked in position.asked:
        if asked.kind not in newer.follow_up_by_id:
            title = older.follow_up_by_id[asked.kind].title
            yield f"“{title}” is still open, and “{newer.title}” does not know it. End it first."
    if stage and position.waiting_since and not _can_restart(newer, stage):
        yield f"An answer is awaited, which “{newer.title}” does not let be recorded. Record it first."


def _can_restart(pack: Pack, stage: Stage) -> bool:
    return any(step.clock == "restarts" and stage.id in step.stages for step in pack.steps)


def move(older: Pack, newer: Pack, position: Position, on: date) -> Advanced:
    """Return the position of a case under the newer policy, and the deadlines that end.

    Does not check whether the case may move; `obstacle` does. A running limit keeps its due day unless its
    length changes. A limit at this stage that the older policy did not have begins on the day of the move.
    """
    stage = stage_in_newer(newer, position.stage)
    if stage is None:
        raise LookupError(f"{newer.id} has no stage for {position.stage}")
    there = replace(position, stage=stage.id)
    kept, ended = [], []
    for deadline in position.deadlines:
        limit = newer.limit_by_id.get(deadline.limit)
        if limit and _can_run(newer, limit, there):
            due = _due_under(older, newer, deadline, position.since)
            kept.append(replace(deadline, step=limit.step, due=due))
        else:
            ended.append(replace(deadline, ended=on, lapsed=True))
    running = {deadline.limit for deadline in kept}
    begun = [
        Deadline(limit.id, limit.step, on, due_date(newer, limit, on, there.since))
        for limit in newer.limits
        if limit.id not in running and _begins(older, newer, limit, position, there)
    ]
    return Advanced(replace(there, deadlines=(*kept, *begun)), tuple(ended))


def _can_run(pack: Pack, limit: Limit, position: Position) -> bool:
    return has_place(limit, pack.step_by_id[limit.step], position)


def _begins(older: Pack, newer: Pack, limit: Limit, before: Position, after: Position) -> bool:
    """Return whether a limit asks for something here that no limit asked for before."""
    asked = older.limit_by_id.get(limit.id)
    done = limit.step in after.taken_here and limit.step not in limit.after_steps
    if done or not _can_run(newer, limit, after) or (asked and _asks(asked, before)):
        return False
    return _asks(limit, after)


def _asks(limit: Limit, position: Position) -> bool:
    stands = limit.on_threat and position.threat
    return (
        stands or position.stage in limit.on_stages or not position.taken_here.isdisjoint(limit.after_steps)
    )


def _due_under(older: Pack, newer: Pack, deadline: Deadline, since: date | None) -> date:
    """Return when a running limit is due under the newer policy, with the paused days added."""
    was, now = older.limit_by_id[deadline.limit], newer.limit_by_id[deadline.limit]
    if now.hours or (_length(was), older.calendar) == (_length(now), newer.calendar):
        return deadline.due
    stood = working_days_between(due_date(older, was, deadline.began, since), deadline.due, older.calendar)
    return add_working_days(due_date(newer, now, deadline.began, since), stood, newer.calendar)


def _length(limit: Limit) -> tuple[int | None, int | None, int | None]:
    return limit.working_days, limit.months, limit.latest_months


def effect(older: Pack, newer: Pack, position: Position, on: date) -> Effect:
    """Return what moving on this day would change for a case at this position."""
    after = move(older, newer, position, on).position
    here, there = steps_at(older, position.stage), steps_at(newer, after.stage)
    return Effect(
        older.stage_by_id[position.stage],
        newer.stage_by_id[after.stage],
        tuple(_dues(older, newer, position.deadlines, after.deadlines)),
        tuple(step for id_, step in there.items() if id_ not in here),
        tuple(step for id_, step in here.items() if id_ not in there),
        tuple(_new_questions(older, newer, there.values())),
    )


def steps_at(pack: Pack, stage: str) -> dict[str, Step]:
    """Return the steps that are taken at a stage, by id."""
    return {step.id: step for step in pack.steps if stage in step.stages}


def _dues(
    older: Pack, newer: Pack, before: Collection[Deadline], after: Collection[Deadline]
) -> Iterator[Due]:
    was, will = {d.limit: d.due for d in before}, {d.limit: d.due for d in after}
    for id_, due in will.items():
        yield Due(newer.limit_by_id[id_], was.get(id_), due)
    for id_, due in was.items():
        if id_ not in will:
            yield Due(older.limit_by_id[id_], due, None)


def _new_questions(older: Pack, newer: Pack, steps: Iterable[Step]) -> Iterator[Change]:
    """Yield changes in the forms of the case's new stage, beyond mere wording."""
    asked = {newer.form_by_id[step.form].title for step in steps if step.form}
    for change in differences(older, newer):
        reworded = change.was or change.now
        if change.group == GROUPS["forms"] and change.about in asked and not reworded:
            yield change
