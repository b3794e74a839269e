"""Signing in with an email address and a password."""

from html import unescape

from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, leads, shown_to
from handrail.sign_in.forms import WRONG
from handrail.sign_in.tests.hands import PASSWORD
from handrail.sign_in.tests.pages.page import SignInTests


class TestSignInPage(SignInTests):
    page = "sign_in:sign-in"
    user = NOBODY
    colleague = leads("officer", "web:home", because="They are signed in already.")
    other_force = leads("stranger", "web:home", because="They are signed in already.")
    nobody = shown_to(NOBODY)
    wrong_method = "DELETE"
    queries = PUBLIC

    def test_the_right_password_leads_to_the_second_proof(self) -> None:
        assert "Sign in" in self.get().text
        led = self.post(email=self.cast.officer.email, password=PASSWORD)
        assert led.headers["Location"] == reverse("sign_in:code")

    def test_a_wrong_password_and_an_unknown_address_are_told_alike(self) -> None:
        for email in (self.cast.officer.email, "nobody@example.org"):
            page = self.post(email=email, password="another pass phrase")
            assert page.status_code == 422
            assert WRONG in unescape(page.text)

    def test_what_is_no_address_of_this_site_leads_home_after_a_right_password(self) -> None:
        for wanted in ("foo", "//elsewhere.example/", "9" * 5000):
            assert "Sign in" in self.get(f"?next={wanted}").text
            led = self.post(email=self.cast.officer.email, password=PASSWORD, next=wanted)
            assert led.headers["Location"] == reverse("sign_in:code")
