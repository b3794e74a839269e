"""Signing in with a passkey alone."""

from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, Answer
from handrail.sign_in.tests.hands import Passkey, Visitor, code
from handrail.sign_in.tests.pages.page import SignInTests


class TestPasskeyPage(SignInTests):
    page = "sign_in:passkey"
    method = "POST"
    answer = 422
    user = NOBODY
    colleague = Answer("officer", 422, because="They sent no passkey.")
    other_force = Answer("stranger", 422, because="They sent no passkey.")
    nobody = Answer(NOBODY, 422, because="They sent no passkey.")
    wrong_method = "GET"
    queries = PUBLIC

    def test_a_passkey_opens_handrail_and_one_that_is_not_known_does_not(self) -> None:
        visitor, passkey = Visitor(self.client(NOBODY)), Passkey()
        visitor.password(self.cast.officer.email)
        visitor.code(code(self.door.secret))
        visitor.add_passkey(passkey)
        visitor.client.post(reverse("sign_in:sign-out"))
        assert visitor.passkey(Passkey(handle=passkey.handle)).status_code == 422
        assert not visitor.gets_in()
        assert visitor.passkey(passkey).headers["Location"] == reverse("web:home")
        assert visitor.gets_in()
