"""A register entry's process as pure functions: steps open to a person, and what a step changes.

A register entry has no stages: it is open or settled. A decision may wait for another person's sign-off, as
on a case.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from handrail.policy.deadlines import due_date
from handrail.policy.event import Event
from handrail.policy.position import Deadline, Pending, Refusal
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.obligations import Limit
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Outcome, Register, Step
from handrail.policy.step_kinds.register_entry import REGISTER_ENTRY, register_of, steps_of


@dataclass(frozen=True, slots=True)
class EntryState:
    """The state of a register entry. `decided`: the last decision; `became`: it has become a case.

    `threat`: a threat was stated, and no entry says yet what was done about it. `asked`: the id of the
    person or organisation that was asked for something and has not answered; empty where nobody was.
    """

    taken: frozenset[str] = frozenset()
    pending: Pending | None = None
    decided: str = ""
    ended: bool = False
    became: bool = False
    threat: bool = False
    asked: str = ""


def beginnings(pack: Pack, register: Register) -> list[Step]:
    """Return the steps that begin an entry of a register."""
    return [step for step in steps_of(pack, register) if not step.after]


def refusal(
    pack: Pack,
    state: EntryState,
    step: Step,
    *,
    by: str,
    roles: Collection[str],
    bodies: Collection[str] = (),
) -> Refusal | None:
    """Return why this person may not take this step on a register entry now, or None when they may.

    `bodies` are the ids of the organisations for which the person answers.
    """
    if set(step.by).isdisjoint(roles):
        return Refusal("You cannot take this step.", of_person=True)
    return next((Refusal(reason, own) for reason, own in _obstacles(pack, state, step, by, bodies)), None)


def _obstacles(
    pack: Pack, state: EntryState, step: Step, by: str, bodies: Collection[str]
) -> Iterator[tuple[str, bool]]:
    """Yield each reason why the step is not open, and whether it concerns the person."""
    if state.became:
        yield "This became a referral. Go on with that.", False
    if step.after and state.taken.isdisjoint(step.after):
        titles = " or ".join(f"“{pack.step_by_id[s].title}”" for s in step.after)
        yield f"This needs {titles} first.", False
    if answers_threat(pack, step) and not state.threat:
        yield "No stated threat stands here.", False
    if asks(pack, step) and state.ended:
        yield "This is settled, so nobody can be asked.", False
    if answers_request(pack, step) and state.asked not in {by, *bodies}:
        yield "Only the person or organisation that was asked can answer, until they have.", True
    pending = state.pending
    if step.signs and (pending is None or pending.step != step.signs):
        yield "Nothing waits for this.", False
    elif step.signs and pending and pending.by == by:
        yield "You took this decision, so another person looks at it.", True
    elif pending and not step.signs and not step.beside:
        yield "What was decided waits for another person to look at it first.", False


def open_steps(
    pack: Pack,
    register: Register,
    state: EntryState,
    *,
    by: str,
    roles: Collection[str],
    bodies: Collection[str] = (),
) -> list[Step]:
    """Return the steps that this person may take now on an existing register entry, in the pack's order."""
    later = (step for step in steps_of(pack, register) if step.after)
    return [step for step in later if not refusal(pack, state, step, by=by, roles=roles, bodies=bodies)]


def advance(pack: Pack, state: EntryState, event: Event) -> EntryState:
    """Return the state after this event. Does not check whether the step was allowed."""
    step = pack.step_by_id[event.step]
    outcome = step.outcome(event.outcome)
    ended, became = _ended_after(pack, state, step, outcome), state.became or is_becoming(pack, step)
    over = ended or became or answers_request(pack, step)
    return replace(
        state,
        taken=state.taken | {step.id},
        pending=_pending_after(state, step, outcome, event),
        decided=outcome.id if outcome and not step.signs else state.decided,
        ended=ended,
        became=became,
        asked="" if over else event.asked or state.asked,
        threat=event.threat or (state.threat and not _ends_threat(pack, step)),
    )


def _pending_after(state: EntryState, step: Step, outcome: Outcome | None, event: Event) -> Pending | None:
    if outcome and outcome.signed_off:
        return Pending(step.id, outcome.id, event.by, event.number)
    return state.pending if step.beside and not REGISTER_ENTRY.ends(step) else None


def _ended_after(pack: Pack, state: EntryState, step: Step, outcome: Outcome | None) -> bool:
    """Return whether the register entry is settled; a decision that waits for sign-off does not settle it."""
    if step.signs and state.pending:
        decided = pack.step_by_id[state.pending.step].outcome(state.pending.outcome)
        return bool(outcome and outcome.confirms and decided and REGISTER_ENTRY.ends(decided))
    if outcome:
        return REGISTER_ENTRY.ends(outcome) and not outcome.signed_off
    return REGISTER_ENTRY.ends(step) or state.ended


def limits_after(
    pack: Pack, running: Collection[Deadline], state: EntryState, event: Event
) -> tuple[list[Deadline], list[Deadline]]:
    """Return the limits that run on a register entry after an event, and those that the event ended.

    `state` is the state after the event. A settled entry has no running limits. A register has no clock
    to pause.
    """
    register = register_of(pack.step_by_id[event.step])
    kept = {d.limit for d in running if event.step in _kept_by(pack.limit_by_id[d.limit])}
    begun = [
        Deadline(limit.id, limit.step, event.on, _due(pack, limit, event))
        for limit in pack.limits
        if register_of(pack.step_by_id[limit.step]) == register and _begins(pack, limit, state, event)
    ]
    anew = {deadline.limit for deadline in begun}
    over = {d.limit for d in running if d.limit in anew or not _has_place(pack, d.limit, state)}
    ended = [
        replace(d, ended=event.on, lapsed=d.limit not in kept) for d in running if d.limit in kept | over
    ]
    return [d for d in running if d.limit not in kept | over] + begun, ended


def _due(pack: Pack, limit: Limit, event: Event) -> date:
    """Return when a limit that an event begins falls due: on the day that the event names, where it is so."""
    if limit.on_named_day:
        return event.until or event.on
    return due_date(pack, limit, event.on, at=event.at)


def _kept_by(limit: Limit) -> frozenset[str]:
    return frozenset({limit.step, *limit.also_kept_by})


def _begins(pack: Pack, limit: Limit, state: EntryState, event: Event) -> bool:
    chosen = any(event.step == o.step and event.outcome == o.outcome for o in limit.after_outcomes)
    stated = limit.on_threat and event.threat
    return (stated or chosen or event.step in limit.after_steps) and _has_place(pack, limit.id, state)


def _has_place(pack: Pack, limit: str, state: EntryState) -> bool:
    """Return whether a limit can run: the entry is open and, for a sign-off, its decision waits.

    The limit of a stated threat also runs on a settled or waiting entry, until a step says what was done.
    """
    if pack.limit_by_id[limit].on_threat:
        return state.threat and not state.became
    signs = pack.step_by_id[pack.limit_by_id[limit].step].signs
    waits = state.pending is not None and state.pending.step == signs
    return not (state.ended or state.became) and (not signs or waits)


def answers_threat(pack: Pack, step: Step) -> bool:
    """Return whether a step says what was done about a threat stated in its register."""
    register = register_of(step)
    limit = pack.threat_limit_in(register) if register else None
    return limit is not None and limit.step == step.id


def asks(pack: Pack, step: Step) -> bool:
    """Return whether a step of a register asks a person or an organisation for something."""
    form = pack.form_of(step) if register_of(step) else None
    asked = (Meaning.ASKED_PERSON, Meaning.ASKED_ORGANISATION)
    return form is not None and any(form.meaning(meaning) for meaning in asked)


def answers_request(pack: Pack, step: Step) -> bool:
    """Return whether a step of a register answers what another step asked, by the limit that begins there."""
    begun = (id_ for limit in pack.limits if limit.step == step.id for id_ in limit.after_steps)
    return any(asks(pack, pack.step_by_id[id_]) for id_ in begun)


def _ends_threat(pack: Pack, step: Step) -> bool:
    """Return whether a step ends the threat flag of a register entry; a case made from it has its own."""
    return answers_threat(pack, step) or is_becoming(pack, step)


def is_becoming(pack: Pack, step: Step) -> bool:
    """Return whether a step records that a register entry became a case."""
    register = pack.register_by_id.get(register_of(step) or "")
    return register is not None and register.became_by == step.id
