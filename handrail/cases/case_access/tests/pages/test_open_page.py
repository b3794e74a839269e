"""Asking for a reason before a case outside the user's caseload is shown."""

from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.access.tests.page import TO_SIGN_IN, leads
from handrail.cases.tests.page import NAME, OF_CASE, UNKNOWN, CasePageTests


class TestOpenPage(CasePageTests):
    page = "cases:open"
    user = "second_officer"
    colleague = leads("officer", "cases:case", because="It is theirs: no reason is asked.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "whether they had begun something on it": 1,
    }

    def test_it_opens_for_some_hours_after_a_reason(self) -> None:
        assert "Why do you need this case?" in self.get().text
        page = self.follow(purpose="covering", reason="Olu is away")
        assert NAME in page.text
        grant = Grant.objects.get(record=self.case.pk, kind=GrantKind.OPENED)
        assert (grant.person, grant.reason) == (self.cast.second_officer, "Olu is away")

    def test_it_shows_no_name_and_opens_nothing_without_a_reason(self) -> None:
        assert NAME not in self.get().text
        assert self.post(purpose="covering").status_code == 422
        assert not Grant.objects.exists()
