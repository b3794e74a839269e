"""Patterns in the log of reads that need a review."""

from django.utils import timezone

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, refused_to
from handrail.cases.tests.page import RoomTests, day_parts


class TestPatternsPage(RoomTests):
    page = "cases:patterns"
    user = "auditor"
    colleague = refused_to("administrator", because="The log is for those who audit it.")
    other_force = refused_to("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    tells = False
    queries = WITH_ACCOUNT

    def test_it_asks_what_for_and_then_says_what_was_found(self) -> None:
        assert "Why are you opening the log?" in self.get().text
        days = day_parts("since", timezone.localdate()) | day_parts("until", timezone.localdate())
        page = self.post(purpose="integrity", why="Complaint 7", **days)
        assert page.status_code == 200
        assert "Nothing" in page.text or "looked" in page.text

    def test_without_a_purpose_nothing_is_looked_for(self) -> None:
        page = self.post()
        assert page.status_code == 422
        assert "Select why you are opening the log" in page.text
