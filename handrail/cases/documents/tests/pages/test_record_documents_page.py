"""The documents of a record of any kind: here of a register entry."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from, shown_to
from handrail.cases.documents.tests.adding import add
from handrail.cases.files.models import Document
from handrail.cases.tests.page import RoomTests

TITLE = "Poster on the wall"


class TestRecordDocumentsPage(RoomTests):
    page = "cases:record-documents"
    colleague = shown_to("second_officer", because="Those of the force read its register.")
    other_force = hidden_from("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the record": 1,
        "its force": 1,
        "the entries, with their content and marking": 1,
    }

    def arrange(self) -> None:
        add(self.desk.register_entry, self.called("officer"), title=TITLE)

    def parts(self) -> list[Any]:
        return ["register-entry", self.desk.register_entry.pk]

    def kept_from_others(self) -> list[str]:
        return [self.desk.register_entry.reference, TITLE]

    def test_it_lists_the_documents_and_takes_another(self) -> None:
        assert TITLE in self.get().text
        file = SimpleUploadedFile("note.txt", b"They met twice.")
        said = {"title": "A second poster", "from": "The caretaker", "seen_version": 2}
        page = self.follow(file=file, **said)
        assert "The document is on the register entry." in page.text
        assert "A second poster" in page.text

    def test_a_page_that_is_behind_says_so_and_takes_it_when_sent_again(self) -> None:
        said = {"title": "A second poster", "from": "The caretaker"}
        behind = self.post(file=SimpleUploadedFile("note.txt", b"Twice."), seen_version=1, **said)
        assert behind.status_code == 409
        assert "on this register entry since you began" in behind.text
        assert 'name="seen_version" value="2"' in behind.text
        again = self.follow(file=SimpleUploadedFile("note.txt", b"Twice."), seen_version=2, **said)
        assert "The document is on the register entry." in again.text

    def test_without_a_file_nothing_is_added(self) -> None:
        assert self.post(title="A letter").status_code == 422
        assert Document.objects.filter(record=self.desk.register_entry.pk).count() == 1

    def test_a_reader_whom_the_policy_does_not_name_gets_no_form(self) -> None:
        assert "Add a document" in self.get().text
        page = self.get(who="lead")
        assert TITLE in page.text
        assert "Add a document" not in page.text
        assert self.post("lead", title="A letter").status_code == 404
