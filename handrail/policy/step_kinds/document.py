"""Steps that add a document to a record."""

from collections.abc import Iterator

from handrail.policy.schema.form import Kind, Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import StepKind, register

LONGEST_TITLE = 200


class Document(StepKind):
    """A step whose page takes a file beside the form."""

    word = "document"
    means = (
        "adds a document: its page takes a file beside the form, which asks for the title "
        '(`means = "document.title"`); a record that is no case takes it whatever `stages` say'
    )
    takes_file = True

    def faults(self, pack: Pack, step: Step) -> Iterator[str]:
        """Refuse outcomes, and a form that does not ask for the document's title."""
        if step.outcomes or step.signs or not _asks_title(pack, step):
            asks = "its form asks for the title (means “document.title”)"
            yield f"A step that takes a file decides nothing, and {asks}."


def _asks_title(pack: Pack, step: Step) -> bool:
    form = pack.form_by_id.get(step.form or "")
    asked = form.meaning(Meaning.DOCUMENT_TITLE) if form else None
    shortly = asked is not None and (asked.max_length or 0) <= LONGEST_TITLE
    return bool(asked and asked.kind is Kind.TEXT and asked.required and shortly)


DOCUMENT = register(Document())
