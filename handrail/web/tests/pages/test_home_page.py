"""The home page: the work that waits for the user."""

import pytest
from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.tests.page import NAME, RoomTests


class TestHomePage(RoomTests):
    page = "web:home"
    colleague = shown_to("second_officer", because="Everybody has a home of their own.")
    other_force = shown_to("stranger", because="Everybody has a home of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "what is due of them": 1,
        "the openings that they review or are told of": 1,
        "what they asked of others": 1,
        "what they were asked": 1,
        "the cases": 1,
        "the words in which others were asked": 1,
        "the drafts that they began": 1,
        "what they were told lately of their referrals": 1,
        "what is due from them in the registers": 1,
    }

    def test_it_names_the_draft_that_was_begun_and_the_case(self) -> None:
        text = self.get().text
        assert NAME in text
        assert self.case.reference in text
        assert reverse("cases:answers", args=[self.desk.draft.pk]) in text

    def test_a_colleague_reads_nothing_of_it(self) -> None:
        assert NAME not in self.get(who="second_officer").text

    def test_each_list_that_is_cut_off_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "There may be more" not in self.get().text
        for module in ("home", "home_queries"):
            monkeypatch.setattr(f"handrail.cases.pages.{module}.SHOWN", 1)
        assert "These are the first 1. There may be more." in self.get().text
