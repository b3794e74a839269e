"""The whole timeline of a case."""

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.page import ASKED_WHY, NAME, OF_CASE, UNKNOWN, CasePageTests

HEAD = {"its open actions and its documents": 1}


class TestTimelinePage(CasePageTests):
    page = "cases:timeline"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "the entries, with their content and marking": 1,
        "its open actions and its documents": 1,
    }

    def test_it_shows_every_entry(self) -> None:
        text = self.get().text
        assert NAME in text
        assert "Letter from the school" in text
        assert text.count("moj-timeline__item") == self.case.version
