"""The people of a case."""

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.page import ASKED_WHY, NAME, OF_CASE, UNKNOWN, CasePageTests


class TestPeoplePage(CasePageTests):
    page = "cases:people"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "the referrals of the case": 1,
        "what is known of the person": 1,
        "possible matches that stand": 1,
        "the linked records": 1,
        "other referrals about them, with what may be shown of them": 1,
        "the register entry that it came from": 1,
        "its open actions and its documents": 1,
    }

    def test_it_shows_who_this_is_about_and_other_referrals(self) -> None:
        text = self.get().text
        assert NAME in text
        assert self.desk.earlier.reference in text
        assert "Other referrals that may be about the same person" in text
