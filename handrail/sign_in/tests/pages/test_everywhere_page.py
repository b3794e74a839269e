"""Signing out everywhere."""

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, shown_to
from handrail.sign_in.tests.pages.page import SignInTests


class TestEverywherePage(SignInTests):
    page = "sign_in:everywhere"
    method = "POST"
    colleague = shown_to("second_officer", because="Everybody signs themselves out.")
    other_force = shown_to("stranger", because="Everybody signs themselves out.")
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    queries = WITH_ACCOUNT | {
        "every other session, deleted": 1,
        "the session that ends": 1,
        "the session, deleted": 1,
    }

    def test_no_session_of_theirs_is_left_and_every_one_of_others_is(self) -> None:
        elsewhere, other = self.client("officer"), self.client("second_officer")
        assert "You are signed out" in self.post().text
        assert elsewhere.get(reverse("web:home")).status_code == 302
        assert other.get(reverse("web:home")).status_code == 200
