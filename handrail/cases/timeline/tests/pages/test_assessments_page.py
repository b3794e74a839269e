"""The assessments of a case side by side."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.cast import take
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestAssessmentsPage(CasePageTests):
    page = "cases:assessments"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "the entries, with their content and marking": 1,
        "which assessments came after their decision": 1,
    }

    def arrange(self) -> None:
        take(self.case, "information-assessment", self.cast.fimu)

    def parts(self) -> list[Any]:
        return [self.case.pk, self.case.pack.step_by_id["information-assessment"].form]

    def test_it_shows_what_was_found_and_by_whom(self) -> None:
        text = self.get().text
        for words in ("side by side", "Something said", self.cast.fimu.name):
            assert words in text

    def test_a_form_that_the_policy_does_not_have_is_not_found(self) -> None:
        nothing = reverse(self.page, args=[self.case.pk, "no-form"])
        assert self.client("officer").get(nothing).status_code == 404
