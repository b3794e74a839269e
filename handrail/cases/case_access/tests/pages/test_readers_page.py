"""The users who looked at a case."""

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestReadersPage(CasePageTests):
    page = "cases:readers"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "how many lines are about it": 1,
        "those of the page": 1,
        "who looked": 1,
        "the posts of who looked": 1,
    }

    def test_it_says_who_looked_at_what(self) -> None:
        self.client("supervisor").get(reverse("cases:entry", args=[self.case.pk, 1]))
        text = self.get().text
        assert self.cast.supervisor.name in text
        assert "one entry of a case" in text

    def test_who_works_on_the_case_and_does_not_answer_for_it_is_not_told(self) -> None:
        assert self.get(who="mash").status_code == 404
