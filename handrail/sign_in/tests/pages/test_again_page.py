"""Proving once more that it is you."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.sign_in.tests.hands import code
from handrail.sign_in.tests.pages.page import SignInTests


class TestAgainPage(SignInTests):
    page = "sign_in:again"
    colleague = shown_to("second_officer", because="Everybody proves who they are themselves.")
    other_force = shown_to("stranger", because="Everybody proves who they are themselves.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "whether they have a second factor": 1,
        "their passkeys": 1,
        "the outside sign-ins that know them": 1,
    }

    def test_the_right_code_leads_on(self) -> None:
        assert "Prove once more that it is you" in self.get().text
        led = self.post(next="/cases/", **{"again-code": code(self.door.secret)})
        assert led.headers["Location"] == "/cases/"

    def test_a_wrong_code_leads_nowhere(self) -> None:
        assert self.post(next="/cases/", **{"again-code": "000000"}).status_code == 422
