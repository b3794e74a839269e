"""The documents and notes of a case."""

from django.core.files.uploadedfile import SimpleUploadedFile

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.files.models import Document
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestDocumentsPage(CasePageTests):
    page = "cases:documents"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "the entries, with their content and marking": 1,
        "its open actions and its documents": 1,
    }

    def test_it_lists_the_documents_and_takes_another(self) -> None:
        assert "Letter from the school" in self.get().text
        file = SimpleUploadedFile("note.txt", b"They met twice.")
        said = {"title": "A second letter", "from": "The head teacher", "seen_version": self.case.version}
        page = self.follow(file=file, **said)
        assert "The document is on the case." in page.text
        assert "A second letter" in page.text

    def test_without_a_file_nothing_is_added(self) -> None:
        assert self.post(title="A letter").status_code == 422
        assert Document.objects.filter(record=self.case.pk).count() == 1
