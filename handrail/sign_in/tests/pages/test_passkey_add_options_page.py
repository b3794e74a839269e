"""What the browser needs to make a passkey."""

from handrail.access.tests.page import PUBLIC, TO_SIGN_IN, shown_to
from handrail.sign_in.tests.pages.page import SignInTests


class TestPasskeyAddOptionsPage(SignInTests):
    page = "sign_in:passkey-add-options"
    method = "POST"
    colleague = shown_to("second_officer", because="Everybody has an account of their own.")
    other_force = shown_to("stranger", because="Everybody has an account of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    queries = PUBLIC | {
        "the session": 1,
        "the person": 1,
        "their passkeys": 1,
        "the outside sign-ins that know them": 1,
        "whether they have an app": 1,
        "the passkeys that the browser must not make again": 1,
        "the session, kept": 1,
    }

    def kept_from_others(self) -> list[str]:
        return [self.cast.officer.email]

    def test_it_is_for_the_account_that_is_signed_in(self) -> None:
        asked = self.post().json()["publicKey"]
        assert asked["user"]["name"] == self.cast.officer.email
        assert asked["authenticatorSelection"]["residentKey"] == "required"
