"""Correcting what was recorded: by a later entry that names it. What was written first stays as it was."""

from handrail.cases import identity
from handrail.cases.history import event
from handrail.cases.models import Case
from handrail.organisations.models import Person
from handrail.policy.schema import Step


def obstacle(case: Case, step: Step, about: int | None, by: Person) -> str:
    """Why this step cannot correct the entry of this number; empty where it can, or corrects nothing."""
    if not step.corrects:
        return ""
    found = event(case, about, by) if about else None
    if found is None or found[0].step.id not in step.corrects:
        return "Open the entry that is to be corrected, and begin from there."
    if found[0].withheld or found[0].erased:
        return "What cannot be read cannot be corrected."
    if not step.is_note:
        return identity.obstacle(case, found[0].number)
    later = found[0].corrected_by
    return f"It was corrected already, by entry {later}. Correct that one." if later else ""
