"""The samples that were chosen for inspectors."""

from datetime import timedelta

from django.utils import timezone

from handrail.access import context
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, refused_to
from handrail.cases.case_access import inspections
from handrail.cases.tests.page import NAME, RoomTests


class TestSamplesPage(RoomTests):
    page = "cases:samples"
    user = "nation"
    colleague = refused_to("auditor", because="Samples are for who chooses what an inspector reads.")
    other_force = refused_to("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "how many there are, up to a thousand": 1,
        "a page of samples": 1,
    }

    def arrange(self) -> None:
        said = {"chosen": "By hand", "reason": "Gateway decisions"}
        last_day, by = timezone.localdate() + timedelta(days=5), self.cast.nation
        with context.asking(by):
            inspections.choose([self.case], self.called("inspector"), by=by, last_day=last_day, **said)

    def kept_from_others(self) -> list[str]:
        return ["Gateway decisions"]

    def test_it_says_for_whom_how_and_why_and_names_no_case(self) -> None:
        text = self.get().text
        for words in ("Ian Spector", "By hand", "Gateway decisions"):
            assert words in text
        assert NAME not in text
