"""What the user has to set up or prove before Handrail opens."""

from allauth.mfa.models import Authenticator
from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.sign_in.tests.pages.page import SignInTests


class TestSecondFactorPage(SignInTests):
    page = "sign_in:second-factor"
    colleague = shown_to("second_officer", because="Everybody has an account of their own.")
    other_force = shown_to("stranger", because="Everybody has an account of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "their passkeys": 1,
        "whether they have an app": 1,
    }

    def test_whoever_has_typed_a_password_alone_is_asked_for_more(self) -> None:
        Authenticator.objects.all().delete()
        client = self.client("half_way")
        assert client.get(reverse("web:home")).headers["Location"].startswith(self.address)
        text = client.get(self.address).text
        for name in ("sign_in:app", "sign_in:passkey-add"):
            assert reverse(name) in text
