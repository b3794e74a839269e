"""Correcting what was recorded: by a later entry that names it. What was written first stays as it was."""

from handrail.cases.engine import subject_details
from handrail.cases.models import Case
from handrail.cases.timeline.entries import Event, event
from handrail.organisations.models import Person
from handrail.policy.schema.step import Step


def obstacle(case: Case, step: Step, about: int | None, by: Person, known: Event | None = None) -> str:
    """Why this step cannot correct the entry of this number; empty where it can, or corrects nothing.

    `known` is that entry in words for `by`, where it is loaded already.
    """
    if not step.corrects:
        return ""
    found = known or _entry(case, about, by)
    if found is None or found.step.id not in step.corrects:
        return "Open the entry that is to be corrected, and begin from there."
    if found.withheld or found.erased:
        return "What cannot be read cannot be corrected."
    if not step.is_note:
        return subject_details.obstacle(case, found.number)
    later = found.corrected_by
    return f"It was corrected already, by entry {later}. Correct that one." if later else ""


def _entry(case: Case, number: int | None, by: Person) -> Event | None:
    found = event(case, number, by) if number else None
    return found[0] if found else None
