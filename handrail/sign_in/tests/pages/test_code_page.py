"""The second proof, after the password."""

from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.sign_in.tests.hands import code
from handrail.sign_in.tests.pages.page import SignInTests


class TestCodePage(SignInTests):
    page = "sign_in:code"
    user = "half_way"
    colleague = leads("officer", "sign_in:sign-in", because="They have not typed a password just now.")
    other_force = leads("stranger", "sign_in:sign-in", because="They have not typed a password just now.")
    nobody = leads(NOBODY, "sign_in:sign-in")
    wrong_method = "DELETE"
    queries = PUBLIC | {
        "the session": 1,
        "who has typed the password": 1,
        "their passkeys": 1,
    }

    def test_the_right_code_opens_handrail(self) -> None:
        client = self.client("half_way")
        assert client.get(self.address).status_code == 200
        led = client.post(self.address, {"code": code(self.door.secret)})
        assert led.headers["Location"] == reverse("web:home")
        assert client.get(reverse("web:home")).status_code == 200

    def test_a_wrong_code_opens_nothing(self) -> None:
        client = self.client("half_way")
        assert client.post(self.address, {"code": "000000"}).status_code == 422
        assert client.get(reverse("web:home")).status_code == 302
