"""How one entry is marked, and marking it higher."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestEntryMarkingPage(CasePageTests):
    page = "cases:entry-marking"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "the entry": 1,
        "its marking": 1,
        "who marked it higher": 1,
    }

    def parts(self) -> list[Any]:
        return [self.case.pk, 1]

    def test_it_is_marked_higher_with_a_reason(self) -> None:
        assert "Marking of entry 1" in self.get().text
        page = self.follow(marking="official-sensitive-police", reason="Shows how it is known")
        assert "The marking has been raised." in page.text
        assert "OFFICIAL-SENSITIVE – POLICE" in self.get().text

    def test_without_a_reason_it_stays_as_it_is(self) -> None:
        page = self.post(marking="official-sensitive-police")
        assert page.status_code == 422
        assert "Say why it is marked higher" in page.text
