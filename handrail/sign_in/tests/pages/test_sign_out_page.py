"""Signing out."""

from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, shown_to
from handrail.sign_in.models import Session
from handrail.sign_in.tests.pages.page import SignInTests


class TestSignOutPage(SignInTests):
    page = "sign_in:sign-out"
    method = "POST"
    colleague = shown_to("second_officer", because="Everybody signs themselves out.")
    other_force = shown_to("stranger", because="Everybody signs themselves out.")
    nobody = shown_to(NOBODY, because="Whoever is signed out already is told the same.")
    wrong_method = "GET"
    queries = PUBLIC | {
        "the session": 1,
        "the person": 1,
        "the session that ends": 1,
        "the session, deleted": 1,
    }

    def test_the_session_is_gone(self) -> None:
        client = self.client("officer")
        assert "You are signed out" in client.post(self.address).text
        assert client.get(reverse("web:home")).status_code == 302
        assert not Session.objects.of(self.cast.officer).exists()
