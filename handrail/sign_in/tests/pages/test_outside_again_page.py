"""Leaving for the issuer to give a further proof."""

from typing import Any

from handrail.access.tests.page import PUBLIC, TO_SIGN_IN, Answer
from handrail.sign_in.tests.pages.page import OutsideSignInTests


class TestOutsideAgainPage(OutsideSignInTests):
    page = "sign_in:outside-again"
    answer = 302
    colleague = Answer("second_officer", 302, because="The way there is the same for everybody.")
    other_force = Answer("stranger", 302, because="The way there is the same for everybody.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = PUBLIC | {
        "the session": 1,
        "the person": 1,
        "the session, kept": 1,
    }

    def parts(self) -> list[Any]:
        return ["force"]

    def test_the_issuer_is_told_to_ask_anew(self) -> None:
        there = self.get().headers["Location"]
        assert there.startswith(f"{self.issuer.address}/authorize?")
        assert "prompt=login" in there
