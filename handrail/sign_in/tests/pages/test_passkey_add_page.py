"""Adding a passkey."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.sign_in import factors
from handrail.sign_in.tests.hands import Passkey, Visitor
from handrail.sign_in.tests.pages.page import SignInTests


class TestPasskeyAddPage(SignInTests):
    page = "sign_in:passkey-add"
    colleague = shown_to("second_officer", because="Everybody has an account of their own.")
    other_force = shown_to("stranger", because="Everybody has an account of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "their passkeys": 1,
        "the outside sign-ins that know them": 1,
        "whether they have an app": 1,
    }

    def test_the_passkey_is_added_to_ones_own_account(self) -> None:
        assert "passkey" in self.get().text
        Visitor(self.client("officer")).add_passkey(Passkey())
        assert factors.has_passkey(self.cast.officer)
        assert not factors.has_passkey(self.cast.second_officer)

    def test_nonsense_for_a_passkey_is_refused(self) -> None:
        assert self.post(name="work laptop", credential="{}").status_code == 422
        assert not factors.has_passkey(self.cast.officer)
