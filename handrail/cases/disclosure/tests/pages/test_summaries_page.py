"""The summaries of a case, and making another one."""

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.models.summary import Summary
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestSummariesPage(CasePageTests):
    page = "cases:summaries"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "the entries, with their content and marking": 1,
        "the summaries that there are": 1,
    }

    def test_a_summary_is_made_of_the_entries_that_were_chosen(self) -> None:
        assert self.case.pack.step_by_id["police-referral"].title in self.get().text
        page = self.follow(title="For the council", entry=["1"])
        assert "For the council" in page.text
        assert "Something said" in Summary.objects.get(title="For the council").text

    def test_a_summary_needs_a_title_and_an_entry(self) -> None:
        text = self.post().text
        assert "Enter a title" in text
        assert "Select at least one entry" in text
