"""What the browser needs to use a passkey."""

from handrail.access.tests.page import NOBODY, PUBLIC, shown_to
from handrail.sign_in.tests.pages.page import SignInTests


class TestPasskeyOptionsPage(SignInTests):
    page = "sign_in:passkey-options"
    method = "POST"
    user = NOBODY
    colleague = shown_to("officer", because="The answer is the same for everybody.")
    other_force = shown_to("stranger", because="The answer is the same for everybody.")
    nobody = shown_to(NOBODY)
    wrong_method = "GET"
    queries = PUBLIC | {
        "that its key is new": 1,
        "a new session": 1,
    }

    def test_it_asks_for_a_passkey_that_verifies_who_uses_it(self) -> None:
        asked = self.post().json()["publicKey"]
        assert asked["userVerification"] == "required"
        assert asked["challenge"] != self.post().json()["publicKey"]["challenge"]
