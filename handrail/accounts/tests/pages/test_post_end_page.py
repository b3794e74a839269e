"""Ending a post."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from, refused_to
from handrail.access.tests.pages.page import AccountTests


class TestPostEndPage(AccountTests):
    page = "accounts:post-end"
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

    def test_the_post_ends_with_a_reason(self) -> None:
        assert self.post(when="now").status_code == 422
        page = self.follow(when="now", reason="Moves on")
        assert "ends now" in page.text
        assert not self.person("officer").current_posts
