"""Downloading a document of a case."""

from hashlib import sha256
from typing import Any

from django.urls import reverse
from structlog.testing import capture_logs

from handrail.access.models import Reading, Verb
from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT
from handrail.cases.documents.tests.adding import SAID
from handrail.cases.files import keeping
from handrail.cases.files.models import Document
from handrail.cases.tests.page import ASKED_WHY, UNKNOWN, CasePageTests


class TestDocumentPage(CasePageTests):
    page = "cases:document"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = WITH_ACCOUNT | {
        "the case, with whom it is about and how much of it they see": 1,
        "the entries, with their content and marking": 1,
        "the document": 1,
    }

    def parts(self) -> list[Any]:
        return [self.case.pk, Document.objects.get(record=self.case.pk).number]

    def kept_from_others(self) -> list[str]:
        return [SAID.decode()]

    def test_the_file_leaves_as_it_came_and_no_browser_runs_it(self) -> None:
        file = self.get()
        assert file.content == SAID
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert Reading.objects.filter(verb=Verb.EXPORTED, records__contains=[self.case.pk]).exists()

    def test_an_entry_without_a_file_has_none(self) -> None:
        assert self.client("officer").get(reverse(self.page, args=[self.case.pk, 1])).status_code == 404

    def test_a_file_that_is_not_the_one_its_entry_names_is_refused_and_reported(
        self,
    ) -> None:
        """The owner of the database can swap the row and the file of a document, but not its entry."""
        document = Document.objects.get(record=self.case.pk)
        forged, key, name = b"They never met.\n", keeping.new_key(), keeping.new_name()
        keeping.store().put(name, keeping.lock(forged, key, name))
        Document.objects.filter(pk=document.pk).update(
            key=key, name=name, digest=sha256(forged).digest(), size=len(forged)
        )
        assert Document.objects.get(pk=document.pk).content() == forged
        with capture_logs() as logged:
            refused = self.get()
        assert refused.status_code == 503
        assert "They never met" not in refused.content.decode()
        assert "Tell the people who run Handrail now" in " ".join(refused.content.decode().split())
        assert [one["event"] for one in logged if one["log_level"] == "error"] == [
            "document is not as its entry says"
        ]
        assert not Reading.objects.filter(verb=Verb.EXPORTED).exists()
