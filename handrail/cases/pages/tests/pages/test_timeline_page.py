"""The whole timeline of a case."""

from django.urls import reverse

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

    def test_its_head_says_what_is_due_next_as_the_overview_does(self) -> None:
        for name in ("cases:case", self.page):
            text = self.client("officer").get(reverse(name, args=[self.case.pk])).text
            head = " ".join(text.split("<dt>Next</dt>")[1].split("</dd>")[0].split())
            assert head.startswith("<dd> Allocation:"), name
