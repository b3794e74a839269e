"""Reviewing one access with a reason."""

from typing import Any

import pytest
from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from, refused_to
from handrail.cases.case_access.tests.test_opening import opened
from handrail.cases.tests.page import RoomTests


class TestOpeningPage(RoomTests):
    page = "cases:opening"
    user = "supervisor"
    colleague = refused_to("officer", because="Openings are for those who review them.")
    other_force = hidden_from("supervisor_elsewhere")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the opening, with who opened it": 1,
        "its case": 1,
        "which cases may be shown with a name": 1,
        "what they looked at": 1,
    }

    def arrange(self) -> None:
        self.grant = opened(self.case, self.cast.second_officer)

    def parts(self) -> list[Any]:
        return [self.grant.pk]

    def test_it_says_who_and_why_and_records_the_finding(self) -> None:
        text = self.get().text
        assert "Nia Pugh opened this case" in text
        assert "Needed today" in text
        page = self.follow(finding="talk", reason="Ask what for")
        assert "The review was recorded." in page.text
        self.grant.refresh_from_db()
        assert (self.grant.finding, self.grant.reviewed_by) == ("talk", self.cast.supervisor)

    def test_misuse_is_found_with_a_reason_only(self) -> None:
        assert self.post(finding="misuse").status_code == 422

    def test_looks_that_are_cut_off_are_said_to_be(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client("second_officer").get(reverse("cases:case", args=[self.case.pk]))
        assert "There may be more" not in self.get().text
        monkeypatch.setattr("handrail.cases.case_access.access_reviews.MOST_LINES", 1)
        assert "These are the first 1. There may be more." in self.get().text
