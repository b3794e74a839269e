"""Unmerging a case."""

from handrail.access.tests.page import TO_SIGN_IN, hidden_from
from handrail.cases.person.tests.test_repeats import join
from handrail.cases.tests.page import NAME, OF_CASE, UNKNOWN, CasePageTests


class TestTakeApartPage(CasePageTests):
    page = "cases:take-apart"
    user = "supervisor"
    colleague = hidden_from("mash", because="Taking apart is for whoever may join.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "its deadlines, its follow-ups and what waits to be asked": 1,
    }

    def arrange(self) -> None:
        self.reference = self.case.referrals.get().reference
        join(self.case, self.desk.earlier, self.cast.supervisor)

    def kept_from_others(self) -> list[str]:
        return [NAME, self.case.reference]

    def test_the_case_is_open_again_with_its_referral(self) -> None:
        page = self.follow(reason="Two cousins.", seen_version=self.case.version)
        assert "The case is open again, with its referral." in page.text
        assert self.case.referrals.get().reference == self.reference

    def test_without_a_reason_nothing_is_taken_apart(self) -> None:
        assert self.post().status_code == 422
        assert not self.case.referrals.exists()
