"""Why a user may not take a step on a case now: one answer for the page where it begins and for the act."""

from datetime import date

from handrail.cases.case_access.open_steps import OpenSteps, raise_refusal
from handrail.cases.engine.record import Record
from handrail.cases.errors import NotNow
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.step_kinds.handling import handling_of
from handrail.cases.timeline.entries import Event
from handrail.cases.timeline.follow_ups_shown import kinds_of_likeness
from handrail.organisations.models import Person
from handrail.policy import process
from handrail.policy.position import Refusal
from handrail.policy.schema.step import Step


def refusal_of(
    record: Record, step: Step, by: Person, about: int | None, today: date, known: Event | None = None
) -> Refusal | None:
    """Return why `by` may not take a step now, whatever the answers; None where they may.

    `about` is the number of the entry that the step answers or corrects. `known` is that entry as an `Event`
    for `by`, where it is loaded already.
    """
    if refused := OpenSteps(record, by, today).refusal(step, about):
        return refused
    obstacle = handling_of(step).obstacle(record.case, step, about, by, known)
    return Refusal(obstacle, of_person=False) if obstacle else None


def refuse_step(record: Record, step: Step, by: Person, about: int | None, today: date) -> None:
    """Raise NotAllowed or NotNow where `refusal_of` returns a refusal."""
    if refused := refusal_of(record, step, by, about, today):
        raise_refusal(refused)


def refuse_unanswered(record: Record, step: Step, outcome: str | None) -> None:
    """Raise NotNow where the policy holds a decision until all possible matches are answered.

    `refuse_step` covers matches that were already asked about; this covers those found and not asked yet.
    """
    stopping = process.stopped_by(record.pack, record.position, step, outcome)
    for kind in kinds_of_likeness(record.pack) & stopping.keys():
        if RecordsBeside(record.case.subject_id).unanswered(record.follow_ups, record.case):
            raise NotNow(process.open_question(stopping[kind]))
