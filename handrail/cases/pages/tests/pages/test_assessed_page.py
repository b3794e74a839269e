"""The assessments and decisions of a case."""

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.cast import take
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestAssessedPage(CasePageTests):
    page = "cases:assessed"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "the entries, with their content and marking": 1,
        "its open actions and its documents": 1,
    }

    def test_it_shows_assessments_and_decisions_alone(self) -> None:
        assert "Nothing has been assessed or decided yet." in self.get().text
        take(self.case, "information-assessment", self.cast.fimu)
        text = self.get().text
        assert text.count("moj-timeline__item") == 1
        assert "Information assessment" in text
        assert "Letter from the school" not in text
