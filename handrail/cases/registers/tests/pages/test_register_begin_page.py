"""Beginning a register entry."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, Answer
from handrail.cases.tests.page import RoomTests
from handrail.records.drafts import Draft


class TestRegisterBeginPage(RoomTests):
    page = "cases:register-begin"
    method = "POST"
    answer = 302
    colleague = Answer("second_officer", 302, because="Everybody of the team records in the register.")
    other_force = Answer("stranger", 302, because="They record in the register of their own force.")
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    tells = False
    queries = WITH_ACCOUNT | {
        "the new draft": 1,
    }

    def parts(self) -> list[Any]:
        return ["advice", "advice"]

    def test_it_begins_a_draft(self) -> None:
        led = self.post()
        draft = Draft.objects.get(person=self.cast.officer, step_id="advice")
        assert str(draft.pk) in led.headers["Location"]

    def test_a_step_that_begins_nothing_is_not_found(self) -> None:
        nothing = reverse(self.page, args=["advice", "advice-followed"])
        assert self.client("officer").post(nothing).status_code == 404
