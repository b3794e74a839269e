"""Returning from the issuer."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, refused_to
from handrail.sign_in import actions as sign_in_actions
from handrail.sign_in.tests.hands import Visitor
from handrail.sign_in.tests.pages.page import OutsideSignInTests
from handrail.sign_in.tests.test_outside import go


class TestOutsideBackPage(OutsideSignInTests):
    page = "sign_in:outside-back"
    user = NOBODY
    answer = 403
    colleague = refused_to("officer", because="Nobody was sent there from their browser.")
    other_force = refused_to("stranger", because="Nobody was sent there from their browser.")
    nobody = refused_to(NOBODY, because="Nobody was sent there from their browser.")
    wrong_method = "POST"
    queries = PUBLIC

    def parts(self) -> list[Any]:
        return ["force"]

    def test_whoever_is_connected_comes_in(self) -> None:
        sign_in_actions.connect(self.cast.officer, settings.ISSUERS["force"], "somebody")
        self.issuer.claims = {"acr": "two"}
        visitor = Visitor(self.client(NOBODY))
        assert go(visitor, self.issuer).headers["Location"] == reverse("web:home")
        assert visitor.gets_in()

    def test_whoever_is_not_connected_is_told_what_to_do(self) -> None:
        self.issuer.claims = {"acr": "two"}
        page = go(Visitor(self.client(NOBODY)), self.issuer)
        assert page.status_code == 403
        assert "no account here is connected to that sign-in" in page.text
