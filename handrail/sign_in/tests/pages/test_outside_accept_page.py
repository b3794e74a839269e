"""Accepting an invitation with an organisation's own sign-in."""

from typing import Any

from handrail.access.tests.page import NOBODY, PUBLIC, hidden_from
from handrail.sign_in.models import OutsideIdentity
from handrail.sign_in.tests.hands import Visitor
from handrail.sign_in.tests.pages.page import OutsideSignInTests
from handrail.sign_in.tests.test_outside import go


class TestOutsideAcceptPage(OutsideSignInTests):
    page = "sign_in:outside-accept"
    user = "invited"
    answer = 302
    colleague = hidden_from("officer", because="They came by no invitation.")
    other_force = hidden_from("stranger", because="They came by no invitation.")
    nobody = hidden_from(NOBODY, because="They came by no invitation.")
    wrong_method = "POST"
    queries = PUBLIC | {
        "the session": 1,
        "the link, with whom it is for": 1,
        "whether they have a second factor": 1,
        "whether an outside sign-in knows them": 1,
        "the session, kept": 1,
    }

    def parts(self) -> list[Any]:
        return ["force"]

    def test_whoever_was_invited_is_connected_and_comes_in(self) -> None:
        self.issuer.claims = {"acr": "two"}
        visitor = Visitor(self.client("invited"))
        assert go(visitor, self.issuer, act="accept/").status_code == 302
        assert OutsideIdentity.objects.get().person == self.cast.spoc
