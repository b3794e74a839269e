"""Asking for a link to choose another password."""

from handrail.access.tests.page import NOBODY, PUBLIC, shown_to
from handrail.sign_in.tests.pages.page import SignInTests


class TestForgottenPage(SignInTests):
    page = "sign_in:forgotten"
    user = NOBODY
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "DELETE"
    queries = PUBLIC

    def test_the_answer_is_the_same_whether_or_not_the_address_is_known(self) -> None:
        assert "I have forgotten my password" in self.get().text
        texts = [self.post(email=email).text for email in (self.cast.officer.email, "nobody@example.org")]
        assert [("Check your email" in text) for text in texts] == [True, True]
