"""Making new recovery codes."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.sign_in import factors
from handrail.sign_in.tests.pages.page import SignInTests


class TestRecoveryCodesPage(SignInTests):
    page = "sign_in:recovery-codes"
    colleague = shown_to("second_officer", because="Everybody has an account of their own.")
    other_force = shown_to("stranger", because="Everybody has an account of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "their passkeys": 1,
        "the outside sign-ins that know them": 1,
        "whether they have an app": 1,
    }

    def test_new_codes_are_shown_once(self) -> None:
        assert "Make new recovery codes" in self.get().text
        assert "Your recovery codes" in self.post().text
        assert factors.recovery_codes_left(self.cast.officer) == 10
