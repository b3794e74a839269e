"""Answers kept from a lapsed session."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.sign_in.lapsed import KEPT
from handrail.sign_in.tests.pages.page import SignInTests


class TestKeptPage(SignInTests):
    page = "sign_in:kept"
    colleague = shown_to("second_officer", because="It shows what they typed themselves.")
    other_force = shown_to("stranger", because="It shows what they typed themselves.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    tells = False
    queries = SIGNED_IN

    def test_it_says_where_nothing_is_kept(self) -> None:
        assert "We no longer have what you typed" in self.get().text

    def test_it_lets_go(self) -> None:
        led = self.post()
        assert led.headers["Location"] == "/home/"
        assert KEPT not in self.client(self.user).session
