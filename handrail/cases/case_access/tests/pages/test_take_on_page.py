"""Taking on a restricted case that no user is left to work on."""

from typing import Any

from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, hidden_from, refused_to
from handrail.cases.case_access.tests.test_restricting import restrict
from handrail.cases.tests.page import NAME, CasePageTests


class TestTakeOnPage(CasePageTests):
    page = "cases:take-on"
    method = "POST"
    answer = 302
    user = "standards"
    colleague = refused_to("supervisor", because="Taking on is for those who take confidential concerns.")
    other_force = hidden_from("standards_elsewhere")
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    tells = False
    queries = WITH_ACCOUNT | {
        "the cases that nobody is left for": 1,
        "the case, opened by row security and closed again": 2,
        "the case, locked, with whom it is about": 1,
        "their other names, which are not those of who takes it on": 1,
        "the grant by which they are named": 1,
        "the end of the chain of the grant, and its entry": 2,
        "what hangs on the case": 1,
        "its owner": 1,
        "the end of the chain of the case, and the entry that names the owner": 2,
    }

    def arrange(self) -> None:
        restrict(self.case, self.cast.supervisor, [self.called("second_standards")])
        Grant.objects.filter(record=self.case.pk).delete()

    def sent(self) -> dict[str, Any]:
        return {"reason": "Ned has left"}

    def test_whoever_takes_it_on_is_named_and_sees_it(self) -> None:
        assert NAME in self.follow(reason="Ned has left").text
        grant = Grant.objects.get(record=self.case.pk)
        assert (grant.kind, grant.person) == (GrantKind.NAMED, self.called("standards"))

    def test_it_needs_a_reason(self) -> None:
        assert "Say why you take the case on" in self.follow().text
        assert not Grant.objects.filter(record=self.case.pk).exists()

    def test_without_a_reason_it_tells_nobody_whether_there_is_such_a_case(self) -> None:
        told = [self.follow(who, reason="").text for who in ("standards", "standards_elsewhere")]
        assert all("Say why you take the case on" in text for text in told)
        assert self.case.reference in told[0]
        assert self.case.reference not in told[1]
