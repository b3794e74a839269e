"""Leaving for the issuer to sign in."""

from typing import Any

from django.test import Client
from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, Answer
from handrail.sign_in.tests.pages.page import OutsideSignInTests


class TestOutsidePage(OutsideSignInTests):
    page = "sign_in:outside"
    user = NOBODY
    answer = 302
    colleague = Answer("officer", 302, because="The way there is the same for everybody.")
    other_force = Answer("stranger", 302, because="The way there is the same for everybody.")
    nobody = Answer(NOBODY, 302)
    wrong_method = "POST"
    queries = PUBLIC | {
        "the session": 1,
        "the session, kept": 1,
    }

    def parts(self) -> list[Any]:
        return ["force"]

    def test_it_leads_to_the_issuer_with_a_state_of_its_own(self) -> None:
        there = [self.get().headers["Location"] for _ in range(2)]
        assert all(address.startswith(f"{self.issuer.address}/authorize?") for address in there)
        assert there[0] != there[1]

    def test_an_issuer_that_nobody_knows_is_not_found(self) -> None:
        assert Client().get(reverse(self.page, args=["nobody"])).status_code == 404
