"""Beginning a referral."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, Answer
from handrail.cases.tests.page import RoomTests
from handrail.records.drafts import Draft


class TestNewBeginPage(RoomTests):
    page = "cases:new-begin"
    method = "POST"
    answer = 302
    colleague = Answer("second_officer", 302, because="Every officer begins referrals of their own.")
    other_force = Answer("stranger", 302, because="Every officer begins referrals of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    tells = False
    queries = WITH_ACCOUNT | {
        "the new draft": 1,
    }

    def parts(self) -> list[Any]:
        return ["police-referral"]

    def test_it_begins_a_draft_and_leads_to_its_first_page(self) -> None:
        led = self.post()
        draft = Draft.objects.get(person=self.cast.officer, target_id=None)
        assert draft.step_id == "police-referral"
        assert led.headers["Location"].startswith(reverse("cases:answers", args=[draft.pk]) + "page/")

    def test_a_referral_that_is_not_theirs_to_make_is_not_found(self) -> None:
        assert self.client("officer").post(reverse(self.page, args=["staff-concern"])).status_code == 404
