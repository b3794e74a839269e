"""Why a user may not take a step on a case now: one answer for the page that offers it and for the act."""

from collections.abc import Iterator
from datetime import date

from handrail.access.errors import NotAllowed
from handrail.cases.case_access.who_may_work import near_in_name
from handrail.cases.engine.authority import acting_on
from handrail.cases.engine.guards import known_beforehand
from handrail.cases.engine.record import Record
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.step_kinds.handling import handling_of
from handrail.cases.timeline.entries import Event, marking_of_entry
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy import process
from handrail.policy.position import Refusal
from handrail.policy.schema.step import Step
from handrail.records.marking import level_of


def refusal_of(
    record: Record, step: Step, by: Person, about: int | None, today: date, known: Event | None = None
) -> Refusal | None:
    """Return why `by` may not take a step now, whatever the answers; None where they may.

    `about` is the number of the entry that the step answers or corrects. `known` is that entry as an `Event`
    for `by`, where it is loaded already.
    """
    return next(_refusals(record, step, by, about, today, known), None)


def refuse_step(record: Record, step: Step, by: Person, about: int | None, today: date) -> None:
    """Raise NotAllowed or NotNow where `refusal_of` returns a refusal."""
    if refused := refusal_of(record, step, by, about, today):
        raise (NotAllowed if refused.of_person else NotNow)(refused.reason)


def _refusals(
    record: Record, step: Step, by: Person, about: int | None, today: date, known: Event | None
) -> Iterator[Refusal]:
    case, actors = record.case, acting_on(record.case, by)
    if where := _joined_elsewhere(case, step, by):
        yield Refusal(where, of_person=False)
    refused = process.refusal(
        record.pack,
        record.position,
        step,
        by=str(by.pk),
        roles={actor.role for actor in actors},
        about=about,
        bodies={body for actor in actors for body in actor.bodies},
    )
    if refused:
        yield refused
    if _signs_unread(record, step, by):
        yield Refusal(
            "Your vetting does not reach what waits for sign-off, so another person signs it.", of_person=True
        )
    if _takes_over(case, step) and by in near_in_name(case, [by]):
        yield Refusal(
            "This case may be about you: the names are much alike. Somebody else has to take it over.",
            of_person=True,
        )
    obstacle = handling_of(step).obstacle(case, step, about, by, known)
    if obstacle := obstacle or known_beforehand(record.pack, case, step, today):
        yield Refusal(obstacle, of_person=False)


def _joined_elsewhere(case: Case, step: Step, by: Person) -> str:
    """Return why a step belongs on the case that this one was merged into; empty where it is taken here."""
    if case.joined_to_id is None or case.stage_id in step.stages:
        return ""
    other = Case.objects.visible_to(by).filter(pk=case.joined_to_id).first()
    where = f"case {other.reference}" if other else "another case"
    return f"This case was joined to {where} since you began. Record it there: nothing is added here."


def _signs_unread(record: Record, step: Step, by: Person) -> bool:
    """Return whether a step signs off an entry above the user's vetting."""
    pending = record.position.pending
    if not (step.signs and pending):
        return False
    entry = Entry.objects.get(chain=record.case.pk, number=pending.number)
    return max(level_of(marking_of_entry(record.case, entry)), record.case.level) > by.vetting


def _takes_over(case: Case, step: Step) -> bool:
    """Return whether taking this step makes the user responsible for the case."""
    rule = case.pack.answering.get(step.id)
    return rule is not None and rule.gives != "nothing" and step.id == rule.accepted_by
