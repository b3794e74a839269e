"""The log of reads."""

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, refused_to
from handrail.access.tests.pages.page import AccountTests


class TestLogPage(AccountTests):
    page = "access:log"
    user = "auditor"
    colleague = refused_to("administrator", because="The log is for those who audit it.")
    other_force = refused_to("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    tells = False
    queries = WITH_ACCOUNT

    def test_it_asks_what_for_and_then_shows_the_lines(self) -> None:
        assert "Why are you opening the log?" in self.get().text
        days = self.day("since") | self.day("until")
        text = self.post(purpose="lawfulness", why="Complaint 12", **days).text
        assert "Dee Poole" in text
        assert "Complaint 12" in text

    def test_without_a_purpose_no_line_is_shown(self) -> None:
        page = self.post(**self.day("since"), **self.day("until"))
        assert page.status_code == 422
        assert "Select why you are opening the log" in page.text
