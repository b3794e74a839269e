"""Notes on a case, and their corrections."""

from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.correction import Correction
from handrail.policy.step_kinds.kind import StepKind, kind_of, register


class Note(StepKind):
    """A step whose entries are shown on the page of documents and notes."""

    word = "note"
    means = "writes a note, which is shown on the page of documents and notes"
    among_notes = True


class NoteCorrection(Correction):
    """A note that replaces an earlier one."""

    word = "note-correction"
    means = (
        "is a note that corrects an entry of one of the steps in `corrects`, and names it; each is corrected "
        "once"
    )
    among_notes = True


NOTE = register(Note())
NOTE_CORRECTION = register(NoteCorrection())


def notes(pack: Pack) -> list[Step]:
    """Return the steps that write or correct a note, in the order of the pack."""
    return [step for step in pack.steps if kind_of(step).among_notes]
