"""Corrections of notes: a note is corrected once, and its correction by a later one."""

from handrail.cases.models import Case
from handrail.cases.step_kinds.correction import Correction
from handrail.cases.step_kinds.handling import handle
from handrail.cases.timeline.entries import Event
from handrail.policy.step_kinds.note import NOTE_CORRECTION


class NoteCorrectionHandling(Correction):
    """A note that replaces an earlier one."""

    def obstacle_of(self, case: Case, found: Event) -> str:
        """Return which later note to correct instead; empty for a note that has no correction yet."""
        later = found.corrected_by
        return f"It has already been corrected by entry {later}. Correct that one." if later else ""


handle(NOTE_CORRECTION, NoteCorrectionHandling())
