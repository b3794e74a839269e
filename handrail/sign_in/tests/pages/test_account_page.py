"""The user's sessions and second factors."""

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.sign_in.models import Session
from handrail.sign_in.tests.pages.page import SignInTests


class TestAccountPage(SignInTests):
    page = "sign_in:account"
    colleague = shown_to("second_officer", because="Everybody has an account of their own.")
    other_force = shown_to("stranger", because="Everybody has an account of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "the outside sign-ins that know them": 1,
        "their second factors": 1,
        "how many recovery codes are left": 1,
        "where they are signed in": 1,
    }

    def kept_from_others(self) -> list[str]:
        return [reverse("sign_in:remove-factor", args=[self.door.factor])]

    def test_it_names_the_sessions_and_the_second_factors(self) -> None:
        text = self.get().text
        assert "Your account" in text
        assert reverse("sign_in:remove-factor", args=[self.door.factor]) in text
        (session,) = Session.objects.of(self.cast.officer)
        assert session.handle
