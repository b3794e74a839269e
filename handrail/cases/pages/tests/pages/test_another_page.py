"""Beginning a referral about another person named in a concern."""

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests
from handrail.records.drafts import Draft


class TestAnotherPage(CasePageTests):
    page = "cases:another"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE

    def test_it_begins_a_referral_that_knows_the_concern_and_not_the_person(self) -> None:
        led = self.post(relation="child", step="police-referral")
        draft = Draft.objects.get(origin_id=self.case.pk)
        assert led.headers["Location"].startswith(reverse("cases:answers", args=[draft.pk]))
        assert draft.typed["what-happened"] == ["Something said"]
        assert "family-name" not in draft.typed

    def test_what_they_are_to_each_other_has_to_be_said(self) -> None:
        page = self.post(step="police-referral")
        assert page.status_code == 422
        assert "Select their relationship" in page.text
