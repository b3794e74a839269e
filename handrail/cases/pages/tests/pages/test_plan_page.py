"""The plan of a case."""

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.cast import refer, take
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestPlanPage(CasePageTests):
    page = "cases:plan"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "the entries, with their content and marking": 1,
        "the last assessment of factors": 1,
        "the plans that have a line for a factor": 1,
        "its open actions and its documents": 1,
    }

    def test_it_shows_the_plan_and_what_is_planned_for_each_factor(self) -> None:
        assert "There is no plan yet." in self.get().text
        case = refer(self.cast)
        take(case, "information-assessment", self.cast.fimu)
        take(case, "gateway-assessment", self.cast.officer, outcome="police-led")
        take(case, "gateway-sign-off", self.cast.supervisor, outcome="agreed")
        take(case, "police-led-plan", self.cast.officer, risk="He waits at the station")
        text = self.client("officer").get(reverse(self.page, args=[case.pk])).text
        assert "He waits at the station" in text
        assert "What was found, and what was done for each" in text
