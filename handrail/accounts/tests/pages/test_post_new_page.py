"""Giving a person a further post."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to, shown_to
from handrail.access.tests.pages.page import AccountTests


class TestPostNewPage(AccountTests):
    page = "accounts:post-new"
    user = "force_administrator"
    colleague = refused_to("officer", because="Accounts are for who manages them.")
    other_force = shown_to("administrator_elsewhere", because="A mover gets a first post there.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the account": 1,
        "the areas that they manage": 1,
        "the bodies that they manage": 1,
    }

    def parts(self) -> list[Any]:
        return [self.cast.officer.pk]

    def kept_from_others(self) -> list[str]:
        return ["Borsetshire Prevent team"]

    def test_the_post_is_given_with_a_reason(self) -> None:
        assert "Give Olu Ade a post" in self.get().text
        page = self.follow(reason="Covers for Sam", **self.first_post("prevent-supervisor"))
        assert "Olu Ade was given the post" in page.text
        assert self.cast.officer.posts.filter(role="prevent-supervisor").exists()
