"""One account: its posts, and everything that was done to it."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access.actions import on_record
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to, shown_to
from handrail.access.tests.pages.page import AccountTests
from handrail.organisations.models import Post


class TestAccountPage(AccountTests):
    page = "accounts:account"
    user = "force_administrator"
    colleague = refused_to("officer", because="Accounts are for who manages them.")
    other_force = shown_to("administrator_elsewhere", because="A mover is found, and no act is offered.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
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

    def test_a_role_that_left_the_table_is_shown_by_its_id(self) -> None:
        officer = self.cast.officer
        past = officer.posts.get()
        today = timezone.localdate()
        Post.objects.create(
            person=officer,
            organisation=past.organisation,
            role="role-of-old",
            since=today - timedelta(days=20),
            until=today - timedelta(days=10),
        )
        on_record(
            officer.pk,
            "post-given",
            by=officer,
            post=Post(role="actor-of-old", organisation=past.organisation),
            content={"role": "given-of-old", "organisation": str(past.organisation_id)},
            reason="",
        )
        text = self.get().text
        for role in ("role-of-old", "actor-of-old", "given-of-old"):
            assert role in text

    def test_a_history_that_is_cut_off_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        officer = self.cast.officer
        by = self.cast.force_administrator
        on_record(officer.pk, "account-opened", by=by, post=by.posts.get(), content={}, reason="New")
        assert "There may be more" not in self.get().text
        monkeypatch.setattr("handrail.accounts.past.SHOWN", 1)
        assert "These are the first 1. There may be more." in self.get().text
