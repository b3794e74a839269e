"""The form of a step on one case: what it offers, what is known to it, and what it asks of open things."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from handrail.cases.case_access.who_may_work import choices_on
from handrail.cases.drafts.case_facts import facts_for, recorded
from handrail.cases.engine.record import Record
from handrail.cases.engine.taking import read_answers
from handrail.cases.timeline import left_open
from handrail.organisations.models import Person
from handrail.policy.answers import Typed
from handrail.policy.schema.step import Step
from handrail.records import members


class StepForm:
    """The form of a step as one user fills it in on a case; `about` is the entry that it answers."""

    def __init__(self, record: Record, step: Step, by: Person, about: int | None) -> None:
        """Load what the form offers and knows."""
        self.record, self.step = record, step
        self._choices = choices_on(record.case, step, about)
        self._facts = facts_for(record.case, step, record.pack, by, about)
        self._open = left_open.asked_at(record, step)

    def read(self, typed: Typed, today: date) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return the answers, and what becomes of each open thing. Raises InvalidAnswers."""
        more = (self._open.sections, self._open.choices) if self._open else ()
        answers = read_answers(self.record.pack, self.step, self._choices, typed, today, self._facts, *more)
        became = left_open.became_by(self.record, self.step, self._open, answers)
        return answers, became

    def kept(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the entry says beside the answers: facts as they were, and members that were chosen."""
        pack = self.record.pack
        facts = recorded(self._facts, pack, self.step)
        return {**facts, **members.kept(pack.form_of(self.step), answers, self._choices)}
