"""Adding a document: a step on the page of documents, with a file."""

from handrail.cases.errors import NotNow
from handrail.cases.step_kinds.handling import NO_FILE, Handling, handle
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.document import DOCUMENT


class DocumentHandling(Handling):
    """A step whose page takes a file with its form."""

    page = "cases:documents"
    page_refuses = True

    def refuse_form(self, step: Step, *, has_file: bool) -> None:
        """Raise NotNow for a document without a file."""
        if not has_file:
            raise NotNow(NO_FILE)


handle(DOCUMENT, DocumentHandling())
