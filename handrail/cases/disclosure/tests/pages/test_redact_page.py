"""Taking passages out of a summary, and keeping what remains."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.models.summary import Redacted
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestRedactPage(CasePageTests):
    page = "cases:redact"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "the summary": 1,
    }

    def parts(self) -> list[Any]:
        return [self.case.pk, self.desk.redaction.source_id]

    def test_what_would_remain_is_shown_first_and_then_kept(self) -> None:
        said = {"title": "For the school", "words": "known", "marking": "official-sensitive"}
        said |= {"shared": "1", "at": "2"}
        assert "This would remain" in self.post(**said).text
        assert not Redacted.objects.filter(title="For the school").exists()
        self.post(keep="yes", **said)
        kept = Redacted.objects.get(title="For the school")
        assert "known" not in kept.text
        assert "All that is" in kept.text
