"""A summary, and its redacted versions."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestSummaryPage(CasePageTests):
    page = "cases:summary"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "the summary": 1,
        "its redacted versions": 1,
    }

    def parts(self) -> list[Any]:
        return [self.case.pk, self.desk.redaction.source_id]

    def test_it_shows_the_text_and_leads_to_its_redacted_version(self) -> None:
        text = self.get().text
        assert "All that is known" in text
        assert reverse("cases:redacted", args=[self.desk.redaction.redacted_id]) in text
