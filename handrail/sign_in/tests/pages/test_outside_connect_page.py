"""Leaving for the issuer to connect it with an account."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, Answer
from handrail.sign_in.models import OutsideIdentity
from handrail.sign_in.tests.hands import Visitor
from handrail.sign_in.tests.pages.page import OutsideSignInTests
from handrail.sign_in.tests.test_outside import go


class TestOutsideConnectPage(OutsideSignInTests):
    page = "sign_in:outside-connect"
    answer = 302
    colleague = Answer("second_officer", 302, because="Everybody connects their own account.")
    other_force = Answer("stranger", 302, because="Everybody connects their own account.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = WITH_ACCOUNT | {
        "their passkeys": 1,
        "the outside sign-ins that know them": 1,
        "whether they have an app": 1,
        "the session, kept": 1,
    }

    def parts(self) -> list[Any]:
        return ["force"]

    def test_whoever_comes_back_is_connected(self) -> None:
        self.issuer.claims = {"acr": "two"}
        page = go(Visitor(self.client("officer")), self.issuer, act="connect/")
        assert page.headers["Location"] == reverse("sign_in:account")
        assert OutsideIdentity.objects.get().person == self.cast.officer
