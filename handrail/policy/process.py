"""The process of a case as pure functions: its position, the steps open to a person, and what a step changes.

The screen, the bulk import, the demonstration and a rebuild from the ledger all go through `advance`. So a
case stands where its entries put it, whatever wrote them.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from itertools import chain

from handrail.policy import follow_ups
from handrail.policy.clock import add_months
from handrail.policy.deadlines import begin_deadlines, end_deadlines, postponed
from handrail.policy.event import Event
from handrail.policy.follow_ups import Asked
from handrail.policy.position import Change, Pending, Position, Refusal
from handrail.policy.schema.obligations import FollowUp, Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import PUBLIC, Outcome, StageKind, Step
from handrail.policy.step_kinds.correction import correcting
from handrail.policy.step_kinds.kind import is_public, kind_of


def opening_position(pack: Pack) -> Position:
    """Return the position of a case before its first entry."""
    return Position(stage=pack.stages[0].id)


def refusal(
    pack: Pack,
    position: Position,
    step: Step,
    *,
    by: str,
    roles: Collection[str],
    outcome: str | None = None,
    about: int | None = None,
    bodies: Collection[str] = (),
    on: date | None = None,
) -> Refusal | None:
    """Return why this person may not take this step now, or None when they may.

    `about` is the entry that the step answers. `bodies` are the organisations for which the person answers.
    `on` is the day on which it happened, where known. `Refusal.of_person` tells "you may not" from "not
    now".
    """
    if not set(step.by) & set(roles) and not (is_public(step) and PUBLIC in roles):
        return Refusal("You cannot take this step.", of_person=True)
    obstacles = chain(
        _obstacles(pack, position, step, by, outcome),
        _obstacles_of_time(pack, position, step, outcome, on),
        _obstacles_of_questions(pack, position, step, outcome),
        follow_ups.obstacles(pack, position.asked, step, who={by, *bodies}, about=about),
    )
    return next((Refusal(reason, own) for reason, own in obstacles), None)


def _obstacles(
    pack: Pack, position: Position, step: Step, by: str, outcome: str | None
) -> Iterator[tuple[str, bool]]:
    """Yield each reason why the step is not open, and whether it concerns the person."""
    stage = pack.stage_by_id[position.stage]
    if kind_of(step).opens_case or position.stage not in step.stages:
        yield f"The case is at “{stage.title}”, where “{step.title}” is not taken.", False
    yield from _sign_off_obstacles(pack, position, step, by)
    if step.once and step.id in position.taken_here:
        yield f"“{step.title}” has been recorded already at this stage.", False
    for earlier in (step.after, _outcome_after(step, outcome)):
        if earlier and not set(earlier) & position.taken:
            titles = " or ".join(f"“{pack.step_by_id[s].title}”" for s in earlier)
            yield f"This needs {titles} first.", False
    answers_threat = pack.threat_limit is not None and step.id == pack.threat_limit.step
    if (answers_threat or lowers_threat(pack, step)) and not position.threat:
        yield "No stated threat stands on this case.", False
    if step.clock == "stops" and position.waiting_since:
        yield "The clock is stopped already: waiting for an answer.", False
    if step.clock == "restarts" and not position.waiting_since:
        yield "No answer is awaited.", False


def _obstacles_of_time(
    pack: Pack, position: Position, step: Step, outcome: str | None, on: date | None
) -> Iterator[tuple[str, bool]]:
    """Yield reasons against the day of the step, compared with the day the case came to its stage."""
    since = position.since
    if since is None or on is None:
        return
    stage = pack.stage_by_id[position.stage]
    if looking_back := kind_of(step).obstacle(pack, position, step, on):
        yield looking_back, False
    chosen = step.outcome(outcome)
    if chosen and chosen.until_months and on >= add_months(since, chosen.until_months):
        last = f"for {chosen.until_months} months after the case came to “{stage.title}” on {since:%-d %B %Y}"
        yield f"“{chosen.title}” is possible {last}, and no longer.", False


def _obstacles_of_questions(
    pack: Pack, position: Position, step: Step, outcome: str | None
) -> Iterator[tuple[str, bool]]:
    """Yield open follow-ups and limits that stop this step, and a stated threat that would be left behind."""
    decided = _decided(position, step, outcome)
    if position.threat and pack.threat and decided and _ends(pack, *decided):
        yield pack.threat.refusal, False
    for limit in _owed_before(pack, position, *decided) if decided else ():
        owed = pack.step_by_id[limit.step]
        yield f"“{limit.title}” is still due. “{owed.act}” first: it stands on the page of the case.", False
    stopping = stopped_by(pack, position, step, outcome)
    for kind in dict.fromkeys(asked.kind for asked in position.asked):
        if kind in stopping:
            yield open_question(stopping[kind]), False


def open_question(rule: FollowUp) -> str:
    """Return the sentence that a step waits until a follow-up has ended, and what to do."""
    return f"“{rule.title}” is still open. Answer it first: it stands on the page of the case."


def stopped_by(pack: Pack, position: Position, step: Step, outcome: str | None) -> dict[str, FollowUp]:
    """Return the kinds of follow-up, by id, that stop a step with this outcome while one of them is open.

    A sign-off that confirms is stopped by whatever stops the decision it confirms. Without an outcome
    nothing is stopped: a decision not yet made can still be written.
    """
    decided = _decided(position, step, outcome)
    return {rule.id: rule for rule in pack.follow_ups if decided and rule.stops_step(*decided)}


def _decided(position: Position, step: Step, outcome: str | None) -> tuple[str, str | None] | None:
    """Return the step and outcome that take effect; None before an outcome is chosen."""
    if outcome is None and step.outcomes:
        return None
    pending, chosen = position.pending, step.outcome(outcome)
    if step.signs and pending and chosen and chosen.confirms:
        return pending.step, pending.outcome
    return step.id, outcome


def _owed_before(pack: Pack, position: Position, step_id: str, outcome: str | None) -> Iterator[Limit]:
    """Yield running limits to be met before the case moves to a stage where their step cannot be taken."""
    to = _leads_to(pack, step_id, outcome)
    running = {deadline.limit for deadline in position.deadlines}
    for limit in pack.limits if to else ():
        owed = limit.settled_first and limit.id in running
        if owed and step_id not in {limit.step, *limit.also_kept_by}:
            yield from [] if to in pack.step_by_id[limit.step].stages else [limit]


def _ends(pack: Pack, step_id: str, outcome: str | None) -> bool:
    """Return whether a case ends by this decision; a merged case goes on as the other case."""
    to = _leads_to(pack, step_id, outcome)
    return to is not None and pack.stage_by_id[to].kind is not StageKind.OPEN


def _leads_to(pack: Pack, step_id: str, outcome: str | None) -> str | None:
    """Return the stage a decision leads to; None where the case stays, or is merged into another."""
    step = pack.step_by_id[step_id]
    chosen = step.outcome(outcome)
    return None if kind_of(step).goes_on_elsewhere else (chosen and chosen.to) or step.to


def _outcome_after(step: Step, outcome: str | None) -> tuple[str, ...]:
    chosen = step.outcome(outcome)
    return chosen.after if chosen else ()


def _sign_off_obstacles(pack: Pack, position: Position, step: Step, by: str) -> Iterator[tuple[str, bool]]:
    pending = position.pending
    if step.signs:
        if pending is None or pending.step != step.signs:
            yield "No decision waits for this sign-off.", False
        elif pending.by == by:
            yield "You took this decision, so another person signs it off.", True
    elif pending and not step.beside:
        yield f"“{pack.step_by_id[pending.step].title}” waits for sign-off first.", False


def open_steps(pack: Pack, position: Position, *, by: str, roles: Collection[str]) -> list[Step]:
    """Return the steps this person may take now, in the pack's order; none that names an earlier entry."""
    naming = {*pack.answering, *correcting(pack)}
    own = (step for step in pack.steps if step.id not in naming)
    return [step for step in own if refusal(pack, position, step, by=by, roles=roles) is None]


def open_answers(
    pack: Pack, position: Position, asked: Asked, *, by: str, roles: Collection[str], bodies: Collection[str]
) -> list[Step]:
    """Return the steps by which this person may answer a follow-up now, in the pack's order."""

    def may(step: Step) -> bool:
        number = asked.number
        return not refusal(pack, position, step, by=by, roles=roles, about=number, bodies=bodies)

    return [s for s in pack.steps if s.id in pack.follow_up_by_id[asked.kind].answered_by and may(s)]


def advance(pack: Pack, position: Position, event: Event) -> Change:
    """Return the change that an event makes to a case. Does not check whether the step was allowed."""
    step = pack.step_by_id[event.step]
    kind, outcome = kind_of(step), step.outcome(event.outcome)
    pending = _pending_after(position, step, outcome, event)
    stage = _stage_after(pack, position, step, outcome) if pending is None else position.stage
    moved = stage != position.stage
    position = _clock_after(pack, position, step, event)
    asked, settled = follow_ups.after(pack, position.asked, event)
    dropped: tuple[Asked, ...] = ()
    if pending is None or pending.number != event.number:
        asked, dropped = follow_ups.ended_beside(pack, asked, event, settled)
        position = _restarted(pack, position, event) if event.ends_wait else position
    position = replace(
        position,
        stage=stage,
        since=event.on if moved or kind.opens_case else position.since,
        taken=position.taken | {step.id},
        taken_here=frozenset() if moved else position.taken_here | {step.id},
        pending=pending,
        asked=asked,
        threat=event.threat or (position.threat and not lowers_threat(pack, step)),
    )
    running, ended = end_deadlines(pack, position, event)
    if kind.drops_limits:
        ended += tuple(replace(d, ended=event.on, lapsed=True) for d in running)
        running = []
    entered = stage if moved or kind.opens_case else None
    begun = begin_deadlines(pack, position, event, entered)
    restarted = {deadline.limit for deadline in begun}
    kept = [d for d in running if d.limit not in restarted]
    ended += tuple(replace(d, ended=event.on, lapsed=True) for d in running if d.limit in restarted)
    if pack.stage_by_id[stage].kind is StageKind.CLOSED:
        position = replace(position, waiting_since=None)
    return Change(replace(position, deadlines=(*kept, *begun)), ended, settled, dropped)


def lowers_threat(pack: Pack, step: Step) -> bool:
    """Return whether this step lowers the flag of a stated threat."""
    return pack.threat is not None and step.id == pack.threat.lowered_by


def _pending_after(position: Position, step: Step, outcome: Outcome | None, event: Event) -> Pending | None:
    if outcome and outcome.signed_off:
        return Pending(step.id, outcome.id, event.by, event.number)
    return None if step.signs or not step.beside else position.pending


def _stage_after(pack: Pack, position: Position, step: Step, outcome: Outcome | None) -> str:
    if step.signs and outcome and outcome.confirms and position.pending:
        decided = pack.step_by_id[position.pending.step].outcome(position.pending.outcome)
        return (decided.to if decided else None) or position.stage
    return (outcome.to if outcome else None) or step.to or position.stage


def _clock_after(pack: Pack, position: Position, step: Step, event: Event) -> Position:
    """Pause the clock, or resume it and move the deadlines by the paused working days."""
    if step.clock == "stops":
        return replace(position, waiting_since=event.on)
    return _restarted(pack, position, event) if step.clock == "restarts" else position


def _restarted(pack: Pack, position: Position, event: Event) -> Position:
    """Return the position with a running clock, and deadlines moved by the paused working days."""
    since = position.waiting_since
    if since is None:
        return position
    deadlines = tuple(postponed(pack, d, since, event.on) for d in position.deadlines)
    return replace(position, waiting_since=None, deadlines=deadlines)
