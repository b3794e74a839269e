"""What to know before a step, and its beginning."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.page import ASKED, ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests
from handrail.records.drafts import Draft


class TestBeginPage(CasePageTests):
    page = "cases:begin"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "the draft that was begun": 1,
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "the entries to read beside the form, with their content and marking": 1,
        "the forces that a referral may name": 1,
        "possible matches that stand": 1,
        "the linked records, where they stand and what was decided": 1,
        "what is new since the draft was begun": 1,
    }

    def parts(self) -> list[Any]:
        return [self.case.pk, ASKED]

    def test_it_says_what_is_begun_and_begins_a_draft(self) -> None:
        self.desk.draft.delete()
        step = self.case.pack.step_by_id[ASKED]
        for words in (step.act, self.case.reference, "Nothing is recorded until you send it."):
            assert words in self.get().text
        led = self.post()
        draft = Draft.objects.get(target_id=self.case.pk, person=self.cast.officer)
        assert draft.step_id == ASKED
        assert led.headers["Location"].startswith(reverse("cases:answers", args=[draft.pk]))

    def test_what_was_begun_before_goes_on(self) -> None:
        assert str(self.desk.draft.pk) in self.post().headers["Location"]

    def test_a_step_that_is_somebody_elses_is_refused_and_says_so(self) -> None:
        page = self.client("officer").get(reverse(self.page, args=[self.case.pk, "allocate"]))
        assert page.status_code == 403
        assert "You cannot record this" in page.text
