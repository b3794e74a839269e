"""Taking a step on a record: reading its answers, checking it, and folding its act."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from handrail.access.errors import NotAllowed
from handrail.cases.engine import guards
from handrail.cases.engine.fold import fold, responsible_for
from handrail.cases.engine.happened import HAPPENED_ON, moment_of
from handrail.cases.engine.record import Record
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.policy import policy_change, process
from handrail.policy.answers import Options, Reader, Typed
from handrail.policy.built_in import MOVE
from handrail.policy.facts import NOTHING_KNOWN, Facts
from handrail.policy.questions import beside, meanings, options_for, sections_of
from handrail.policy.schema.access import Marking
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Meaning, Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import is_public, kind_of
from handrail.records.acts import Actor, Said, act_on
from handrail.records.marking import level_of


def read_answers(
    pack: Pack,
    step: Step,
    choices: Options,
    typed: Typed,
    today: date,
    facts: Facts = NOTHING_KNOWN,
    more: Sequence[Section] = (),
    choices_of_more: Mapping[str, Sequence[Code]] | None = None,
) -> dict[str, Any]:
    """Return the answers to a step's questions. Raises InvalidAnswers with a message for each wrong input.

    `more` are sections asked beside those of the step; `choices_of_more` are their choices, by the question's
    id.
    """
    options = beside(options_for(pack, step, choices, facts), choices_of_more or {})
    reading = Reader(options, today, facts).read([*sections_of(pack, step), *more], typed)
    if reading.errors:
        raise InvalidAnswers(reading.errors)
    return reading.answers


def refuse(
    record: Record,
    step: Step,
    actor: Actor,
    *,
    outcome: str | None = None,
    about: int | None = None,
    on: date | None = None,
) -> None:
    """Raise NotAllowed or NotNow where the actor cannot take this step now."""
    roles = {actor.role}
    if kind_of(step).opens_case:
        if not is_public(step) and set(step.by).isdisjoint(roles):
            raise NotAllowed("Your role cannot take referrals.")
        return
    refusal = process.refusal(
        record.pack,
        record.position,
        step,
        by=str(actor.id),
        roles=roles,
        outcome=outcome,
        about=about,
        bodies=actor.bodies,
        on=on,
    )
    if refusal:
        raise (NotAllowed if refusal.of_person else NotNow)(refusal.reason)


def take(
    record: Record,
    step: Step,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    recorded_at: datetime,
    happened_on: date | None = None,
    marking: Marking | None = None,
    about: int | None = None,
    also: Mapping[str, Any] | None = None,
) -> None:
    """Check a step and fold it into the record. Raises NotAllowed, NotNow or InvalidAnswers.

    `happened_on` is the day of the act, where no answer gives one. `marking` is one above the step's own.
    `about` is the number of the entry that this one answers or corrects. `also` is content beside the
    answers: known facts, a file, the source of an import.
    """
    said = Said.by(answers)
    happened_at = moment_of(happened_on or day_said(record.pack, step, said.answers), recorded_at)
    on = timezone.localdate(happened_at)
    refuse(record, step, actor, outcome=said.outcome, about=about, on=on)
    guards.guard(record.pack, record.case, step, said.outcome, said.answers, on, record.acts)
    more: dict[str, Any] = {HAPPENED_ON: happened_on.isoformat()} if happened_on else {}
    more |= {"marking": marking.id} if marking else {}
    more |= {"about": about} if about else {}
    more |= {"responsible": responsible_for(record.case)} if kind_of(step).opens_case else {}
    more |= also or {}
    if step.signs and record.position.pending:
        more["signs"] = record.position.pending.number
    level = level_of(marking) if marking else None
    act = act_on(record.case, step, said, by=actor, happened_at=happened_at, more=more, level=level)
    fold(record, act, recorded_at)


def follow(record: Record, step: Step, content: Mapping[str, Any], level: int | None = None) -> int:
    """Fold an automatic step triggered by the record's last act; return the number of its entry.

    `level` is the vetting that readers need, where the marking of the step does not give it.
    """
    before = record.acts[-1]
    by = Actor(before.actor, before.role, before.organisation)
    at = record.recorded_at[-1]
    act = act_on(record.case, step, Said(), by=by, happened_at=at, more=content, level=level)
    fold(record, act, at)
    return record.case.version


def take_built_in(
    record: Record, step: Step, said: Mapping[str, Any], *, actor: Actor, recorded_at: datetime
) -> None:
    """Fold a built-in step, which no pack defines, that sets columns of the case.

    `said` has one or more of `responsible` (as `responsible_for` returns it), `restricted` (the category, or
    "" when lifted) and `marked` (entries with a raised marking; number 0 is the case).
    """
    act = act_on(record.case, step, Said(), by=actor, happened_at=recorded_at, more=said)
    fold(record, act, recorded_at)


def move(record: Record, newer: Pack, reason: str, *, actor: Actor, recorded_at: datetime) -> None:
    """Fold a move to a newer policy into the record. Raises NotNow where the case cannot be moved."""
    case, older, today = record.case, record.pack, timezone.localdate(recorded_at)
    if why_not := policy_change.obstacle(older, newer, record.position, today):
        raise NotNow(why_not)
    said, came = Said(reason=reason), {"from": older.id}
    act = act_on(case, MOVE, said, by=actor, happened_at=recorded_at, more=came, pack=newer)
    fold(record, act, recorded_at)


def day_said(pack: Pack, step: Step, answers: Mapping[str, Any]) -> date | None:
    """Return the day of the act that the answers give; None where the form asks for none."""
    said = meanings(pack.form_of(step), answers).get(Meaning.HAPPENED_ON)
    return date.fromisoformat(said) if said else None
