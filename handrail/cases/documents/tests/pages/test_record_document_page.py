"""Downloading a document of a record of any kind: here of a register entry."""

from typing import Any

from django.urls import reverse

from handrail.access.models import Reading, Verb
from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, hidden_from, shown_to
from handrail.cases.documents.tests.adding import SAID, add
from handrail.cases.files.models import Document
from handrail.cases.tests.page import RoomTests


class TestRecordDocumentPage(RoomTests):
    page = "cases:record-document"
    colleague = shown_to("second_officer", because="Those of the force read its register.")
    other_force = hidden_from("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = WITH_ACCOUNT | {
        "the record": 1,
        "its force": 1,
        "the entry, with its content and marking": 1,
        "the document": 1,
    }

    def arrange(self) -> None:
        add(self.desk.register_entry, self.called("officer"))

    def parts(self) -> list[Any]:
        return ["register-entry", self.desk.register_entry.pk, 2]

    def kept_from_others(self) -> list[str]:
        return [SAID.decode()]

    def test_the_file_leaves_as_it_came_and_no_browser_runs_it(self) -> None:
        file = self.get()
        assert file.content == SAID
        assert file.headers["Content-Disposition"].startswith("attachment")
        document = Document.objects.get(record=self.desk.register_entry.pk)
        assert Reading.objects.filter(verb=Verb.EXPORTED, records__contains=[document.pk]).exists()

    def test_an_entry_without_a_file_has_none(self) -> None:
        address = reverse(self.page, args=["register-entry", self.desk.register_entry.pk, 1])
        assert self.client("officer").get(address).status_code == 404
