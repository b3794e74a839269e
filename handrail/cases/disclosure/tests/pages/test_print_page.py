"""Asking for the purpose before a case is printed; then the PDF."""

from handrail.access.models import Reading, Verb
from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestPrintPage(CasePageTests):
    page = "cases:print"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE

    def test_it_answers_with_the_paper_and_logs_for_whom_it_is(self) -> None:
        said = {"purpose": "inquest", "reason": "Re Somebody", "recipient": "The coroner"}
        paper = self.post(paper="chronology", **said)
        assert paper.headers["Content-Type"] == "application/pdf"
        assert paper.content.startswith(b"%PDF")
        line = Reading.objects.filter(verb=Verb.PRINTED, records__contains=[self.case.pk]).latest("at")
        assert (line.person, line.recipient) == (self.cast.officer.pk, "The coroner")

    def test_without_a_purpose_nothing_is_printed(self) -> None:
        page = self.post(paper="chronology")
        assert page.status_code == 422
        assert "There is a problem" in page.text
