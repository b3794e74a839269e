"""Checking the answers of the public form, and sending them."""

from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.cases.models import Referral
from handrail.cases.tests.page import OutsideTests
from handrail.records.drafts import Draft


class TestReferAnswersPage(OutsideTests):
    page = "cases:refer-answers"
    user = "visitor"
    colleague = leads("officer", "cases:refer", because="Nothing was begun in their browser.")
    other_force = leads("stranger", "cases:refer", because="Nothing was begun in their browser.")
    nobody = leads(NOBODY, "cases:refer", because="Nothing was begun in their browser.")
    wrong_method = "DELETE"
    queries = PUBLIC | {
        "the session": 1,
        "access_enter, again": 1,
        "the draft, opened by row security": 1,
        "the draft": 1,
        "the bodies that a form offers": 1,
    }

    def test_the_referral_is_sent(self) -> None:
        assert "Amber" in self.get().text
        page = self.follow()
        referral = Referral.objects.get(step_id="referral")
        assert "Referral received" in page.text
        assert referral.case.force == self.cast.force

    def test_nothing_is_sent_while_an_answer_is_missing(self) -> None:
        Draft.objects.filter(pk=self.draft.pk).update(typed={"given-name": ["Amber"]})
        assert self.post().status_code == 422
        assert not Referral.objects.filter(step_id="referral").exists()
