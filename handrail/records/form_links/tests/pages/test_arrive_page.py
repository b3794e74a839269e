"""Following a link."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.records.form_links.tests.pages.page import SECRET, LinkTests


class TestArrivePage(LinkTests):
    page = "form_links:arrive"
    answer = 302
    colleague = leads("officer", "form_links:code")
    other_force = leads("stranger", "form_links:code")
    nobody = leads(NOBODY, "form_links:code")
    wrong_method = "POST"
    queries = PUBLIC | {
        "the session": 1,
        "access_enter, again": 1,
        "the link, opened by row security": 1,
        "the link, who sent it, and the draft": 1,
        "the session is saved": 1,
    }

    def parts(self) -> list[Any]:
        return [SECRET]

    def test_the_secret_does_not_stay_in_the_address(self) -> None:
        page = self.client(NOBODY).get(self.address, follow=True)
        assert "Enter your code" in page.text
        assert SECRET not in page.redirect_chain[-1][0]

    def test_a_made_up_secret_makes_no_session(self) -> None:
        client = self.client(NOBODY)
        page = client.get(reverse(self.page, args=["made-up"]), follow=True)
        assert page.status_code == 404
        assert not any("session" in name for name in client.cookies)
        client.get(self.address)
        assert any("session" in name for name in client.cookies)
