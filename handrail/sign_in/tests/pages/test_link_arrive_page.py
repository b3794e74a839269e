"""Arriving by a link, whose secret leaves the address at once."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.sign_in.tests.pages.page import SignInTests, secret_of


class TestLinkArrivePage(SignInTests):
    page = "sign_in:link-arrive"
    user = NOBODY
    answer = 302
    colleague = leads("officer", "sign_in:link", because="Whoever has the link arrives.")
    other_force = leads("stranger", "sign_in:link", because="Whoever has the link arrives.")
    nobody = leads(NOBODY, "sign_in:link")
    wrong_method = "POST"
    queries = PUBLIC | {
        "the session": 1,
        "the session, kept": 1,
    }

    def parts(self) -> list[Any]:
        return [secret_of(self.door.link)]

    def test_the_secret_is_in_no_address_any_more(self) -> None:
        client = self.client(NOBODY)
        led = client.get(self.address)
        assert led.headers["Location"] == reverse("sign_in:link")
        assert self.cast.spoc.email in client.get(led.headers["Location"]).text
