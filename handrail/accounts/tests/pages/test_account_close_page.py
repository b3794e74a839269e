"""Closing an account at once."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to, shown_to
from handrail.access.tests.pages.page import AccountTests


class TestAccountClosePage(AccountTests):
    page = "accounts:account-close"
    user = "force_administrator"
    colleague = refused_to("officer", because="Accounts are for who manages them.")
    other_force = shown_to("administrator_elsewhere", because="The page opens, and sending it is refused.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    tells = False
    queries = SIGNED_IN | {
        "the account": 1,
    }

    def parts(self) -> list[Any]:
        return [self.cast.officer.pk]

    def test_the_account_is_closed_with_a_reason(self) -> None:
        assert "Close the account of Olu Ade" in self.get().text
        assert self.post().status_code == 422
        page = self.follow(reason="Left the force")
        assert "The account of Olu Ade is closed." in page.text
        assert not self.person("officer").is_active

    def test_an_administrator_elsewhere_closes_nothing(self) -> None:
        assert self.post("administrator_elsewhere", reason="Left the force").status_code == 403
        assert self.person("officer").is_active
