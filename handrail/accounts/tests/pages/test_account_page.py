"""One account: its posts, and everything that was done to it."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, refused_to, shown_to
from handrail.access.tests.pages.page import AccountTests


class TestAccountPage(AccountTests):
    page = "accounts:account"
    user = "force_administrator"
    colleague = refused_to("officer", because="Accounts are for who manages them.")
    other_force = shown_to("administrator_elsewhere", because="A mover is found, and no act is offered.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = WITH_ACCOUNT | {
        "the account": 1,
        "which of them one manages": 1,
        "its posts": 1,
        "what was done to it": 1,
    }

    def parts(self) -> list[Any]:
        return [self.cast.officer.pk]

    def kept_from_others(self) -> list[str]:
        return [reverse("accounts:post-end", args=[*self.parts(), self.cast.officer.posts.get().pk])]

    def test_it_says_which_posts_somebody_holds(self) -> None:
        text = self.get().text
        for words in ("Olu Ade", self.cast.officer.email, "Prevent officer", "Borsetshire Prevent team"):
            assert words in text
