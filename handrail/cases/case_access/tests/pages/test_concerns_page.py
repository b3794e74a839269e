"""The list of restricted cases, for users who take confidential concerns."""

import pytest
from django.urls import reverse

from handrail.access.models import Grant
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.case_access.tests.test_restricting import restrict
from handrail.cases.tests.page import NAME, RoomTests


class TestConcernsPage(RoomTests):
    page = "cases:concerns"
    user = "standards"
    colleague = shown_to("second_standards", because="They are named for nothing here.")
    other_force = shown_to("standards_elsewhere", because="They are named for nothing here.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "the restricted cases for which they are named": 1,
        "which cases may be shown with a name": 1,
        "the cases that nobody is left for": 1,
    }

    def arrange(self) -> None:
        restrict(self.case, self.cast.supervisor, [self.called("standards")])

    def test_it_lists_the_cases_for_which_one_is_named(self) -> None:
        text = self.get().text
        assert NAME in text
        assert self.case.reference in text
        assert self.case.reference not in self.get(who="second_standards").text

    def test_a_case_that_nobody_is_left_for_can_be_taken_on(self) -> None:
        Grant.objects.filter(record=self.case.pk).delete()
        text = self.get(who="second_standards").text
        assert reverse("cases:take-on", args=[self.case.pk]) in text
        assert NAME not in text

    def test_a_list_that_is_cut_off_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "There may be more" not in self.get().text
        monkeypatch.setattr("handrail.cases.case_access.views.restrictions.SHOWN", 1)
        assert "These are the first 1. There may be more." in self.get().text
