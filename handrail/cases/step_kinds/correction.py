"""Corrections: a later entry that names the entry it corrects. The original stays."""

from handrail.cases.engine import subject_details
from handrail.cases.models import Case
from handrail.cases.step_kinds.handling import Handling, handle
from handrail.cases.timeline.entries import Event, event
from handrail.organisations.models import Person
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.correction import DETAIL_CORRECTION, corrected_by


class Correction(Handling):
    """A step that corrects an earlier entry, which its user must be able to read."""

    def obstacle(self, case: Case, step: Step, about: int | None, by: Person, known: Event | None) -> str:
        """Return why this step cannot correct the entry `about`; empty where it can."""
        found = known or _entry(case, about, by)
        if found is None or found.step.id not in corrected_by(step):
            return "Open the entry that you want to correct, and start from there."
        if found.withheld or found.erased:
            return "You cannot correct an entry that you cannot read."
        return self.obstacle_of(case, found)

    def obstacle_of(self, case: Case, found: Event) -> str:
        """Return why a readable entry cannot be corrected: no detail that it reported is left to correct."""
        return subject_details.obstacle(case, found.number)


def _entry(case: Case, number: int | None, by: Person) -> Event | None:
    found = event(case, number, by) if number else None
    return found[0] if found else None


handle(DETAIL_CORRECTION, Correction())
