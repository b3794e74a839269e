"""Renewing the vetting of a post's holder."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from, refused_to
from handrail.access.tests.pages.page import AccountTests


class TestPostVettingPage(AccountTests):
    page = "accounts:post-vetting"
    user = "force_administrator"
    colleague = refused_to("officer", because="Accounts are for who manages them.")
    other_force = hidden_from("administrator_elsewhere")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the account": 1,
        "the post, if they manage it": 1,
    }

    def parts(self) -> list[Any]:
        return [self.cast.officer.pk, self.cast.officer.posts.get().pk]

    def kept_from_others(self) -> list[str]:
        return [self.cast.officer.name]

    def test_the_vetting_is_recorded(self) -> None:
        assert "Renew the vetting of Olu Ade" in self.get().text
        said = {"vetting": "1", "reason": "Vetted anew"}
        page = self.follow(**said, **self.day("vetted-until", days=300))
        assert "The vetting of Olu Ade was recorded." in page.text
        assert self.cast.officer.posts.get().vetting == 1
