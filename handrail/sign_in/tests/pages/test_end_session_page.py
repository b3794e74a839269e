"""Ending one session."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, leads
from handrail.sign_in.models import Session
from handrail.sign_in.tests.pages.page import SignInTests


class TestEndSessionPage(SignInTests):
    page = "sign_in:end-session"
    method = "POST"
    answer = 302
    colleague = leads("second_officer", "sign_in:account", because="It ends no session of anybody else.")
    other_force = leads("stranger", "sign_in:account", because="It ends no session of anybody else.")
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    queries = WITH_ACCOUNT | {
        "the session, deleted": 1,
    }

    def arrange(self) -> None:
        self.elsewhere = self.client("officer")
        self.session = Session.objects.of(self.cast.officer).get()

    def parts(self) -> list[Any]:
        return [self.session.handle]

    def test_that_session_ends_and_only_for_whose_it_is(self) -> None:
        self.post("second_officer")
        assert self.elsewhere.get(reverse("web:home")).status_code == 200
        self.post()
        assert self.elsewhere.get(reverse("web:home")).status_code == 302
