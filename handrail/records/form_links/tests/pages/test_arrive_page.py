"""Following a link."""

from typing import Any

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.records.form_links.tests.pages.page import SECRET, LinkTests


class TestArrivePage(LinkTests):
    page = "form_links:arrive"
    answer = 302
    colleague = leads("officer", "form_links:code")
    other_force = leads("stranger", "form_links:code")
    nobody = leads(NOBODY, "form_links:code")
    wrong_method = "POST"
    queries = PUBLIC | {"the session": 1, "the session is saved": 1}

    def parts(self) -> list[Any]:
        return [SECRET]

    def test_the_secret_does_not_stay_in_the_address(self) -> None:
        page = self.client(NOBODY).get(self.address, follow=True)
        assert "Type your code" in page.text
        assert SECRET not in page.redirect_chain[-1][0]
