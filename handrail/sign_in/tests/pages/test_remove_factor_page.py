"""Taking a second factor away."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, leads
from handrail.sign_in import factors
from handrail.sign_in.tests.hands import Passkey, Visitor
from handrail.sign_in.tests.pages.page import SignInTests


class TestRemoveFactorPage(SignInTests):
    page = "sign_in:remove-factor"
    colleague = leads("second_officer", "sign_in:account", because="It is no second factor of theirs.")
    other_force = leads("stranger", "sign_in:account", because="It is no second factor of theirs.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "their passkeys": 1,
        "the outside sign-ins that know them": 1,
        "whether they have an app": 1,
        "their second factors": 1,
    }

    def parts(self) -> list[Any]:
        return [self.door.factor]

    def test_the_last_one_stays_and_another_goes(self) -> None:
        assert "Remove “" in self.get().text
        assert self.post().status_code == 422
        Visitor(self.client("officer")).add_passkey(Passkey())
        assert self.post().status_code == 302
        assert not factors.has_app(self.cast.officer)
