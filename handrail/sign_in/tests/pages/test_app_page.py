"""Setting up an app that shows codes."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.sign_in import factors
from handrail.sign_in.tests.hands import code
from handrail.sign_in.tests.pages.page import SignInTests


class TestAppPage(SignInTests):
    page = "sign_in:app"
    colleague = shown_to("second_officer", because="Everybody has an account of their own.")
    other_force = shown_to("stranger", because="Everybody has an account of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "their passkeys": 1,
        "the outside sign-ins that know them": 1,
        "whether they have an app": 2,
    }

    def test_the_right_code_sets_the_app_up(self) -> None:
        client = self.client("second_officer")
        assert "data:image/svg+xml;base64," in client.get(self.address).text
        secret = client.session["new_app"]
        assert client.post(self.address, {"code": "000000"}).status_code == 422
        assert "Your recovery codes" in client.post(self.address, {"code": code(secret)}).text
        assert factors.has_app(self.cast.second_officer)
