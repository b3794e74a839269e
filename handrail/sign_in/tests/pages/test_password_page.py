"""Choosing another password."""

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.sign_in.tests.hands import PASSWORD
from handrail.sign_in.tests.pages.page import SignInTests


class TestPasswordPage(SignInTests):
    page = "sign_in:password"
    colleague = shown_to("second_officer", because="Everybody has an account of their own.")
    other_force = shown_to("stranger", because="Everybody has an account of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN

    def kept_from_others(self) -> list[str]:
        return [self.cast.officer.email]

    def test_the_new_password_counts_and_every_other_session_ends(self) -> None:
        elsewhere = self.client("officer")
        assert "Choose another password" in self.get().text
        assert self.post(password="four words of another kind").status_code == 302
        assert self.person("officer").check_password("four words of another kind")
        assert elsewhere.get(reverse("web:home")).status_code == 302

    def test_a_weak_password_is_refused(self) -> None:
        assert self.post(password="short").status_code == 422
        assert self.person("officer").check_password(PASSWORD)
