"""Answering a follow-up on a case."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, shown_to
from handrail.cases.tests.cast import take
from handrail.cases.tests.page import OF_CASE, UNKNOWN, CasePageTests
from handrail.records.drafts import Draft


class TestAnswerPage(CasePageTests):
    page = "cases:answer"
    user = "second_officer"
    colleague = shown_to("practitioner", because="Who works on the case may record its outcome too.")
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
    }

    def arrange(self) -> None:
        who = str(self.cast.second_officer.pk)
        self.asked = take(self.case, "action", self.cast.officer, owner=who, what="Call the school").number

    def parts(self) -> list[Any]:
        return [self.case.pk, self.asked, "action-done"]

    def test_whoever_was_asked_begins_the_answer(self) -> None:
        assert self.case.reference in self.get().text
        led = self.post()
        draft = Draft.objects.get(person=self.cast.second_officer)
        assert (draft.step_id, draft.about) == ("action-done", self.asked)
        assert str(draft.pk) in led.headers["Location"]

    def test_what_was_not_asked_cannot_be_answered(self) -> None:
        nothing = reverse(self.page, args=[self.case.pk, 1, "action-done"])
        assert self.client("second_officer").post(nothing).status_code == 409
