"""Asking for the purpose before a record of any kind is printed; then the PDF. Here of a register entry."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from handrail.access.models import Reading, Verb
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from, shown_to
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.tests.page import RoomTests
from handrail.organisations.vetting import Vetting

WHY = {"purpose": "inquest", "reason": "Re Somebody", "recipient": "The coroner"}


class TestRecordPrintPage(RoomTests):
    page = "cases:record-print"
    colleague = shown_to("second_officer", because="Those of the force read its register.")
    other_force = hidden_from("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the record": 1,
        "its force": 1,
    }

    def parts(self) -> list[Any]:
        return ["register-entry", self.desk.register_entry.pk]

    def kept_from_others(self) -> list[str]:
        return [self.desk.register_entry.reference]

    def test_it_answers_with_the_paper_and_logs_for_whom_it_is(self) -> None:
        paper = self.post(paper="chronology", **WHY)
        assert paper.headers["Content-Type"] == "application/pdf"
        pages = PdfReader(BytesIO(paper.content)).pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split())
        for words in ("The register entry", self.desk.register_entry.reference, "To wait", "The coroner"):
            assert words in text
        line = Reading.objects.filter(
            verb=Verb.PRINTED, records__contains=[self.desk.register_entry.pk]
        ).latest("at")
        assert (line.person, line.recipient) == (self.cast.officer.pk, "The coroner")

    @pytest.mark.parametrize("paper", ["", "summary"])
    def test_there_is_no_summary_of_it_and_no_paper_without_a_purpose(self, paper: str) -> None:
        assert self.post(paper=paper, **WHY).status_code == 422
        assert self.post(paper="chronology").status_code == 422

    def test_what_is_marked_not_to_be_printed_is_not(self) -> None:
        RegisterEntry.objects.update(marking_id="official-sensitive-named", level=Vetting.MANAGEMENT)
        page = self.post(paper="chronology", **WHY)
        assert page.status_code == 403
        assert "nothing of it is printed" in page.text
