"""Restricting a case, and who is named for it."""

from handrail.access.tests.page import TO_SIGN_IN, hidden_from
from handrail.cases.tests.pages.page import OF_CASE, UNKNOWN, CasePageTests


class TestRestrictionPage(CasePageTests):
    page = "cases:restriction"
    user = "supervisor"
    colleague = hidden_from("officer", because="Restricting is for those who may.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "who is kept from it": 1,
        "who is named for it": 1,
        "who may be named": 1,
    }

    def test_only_those_who_are_named_see_it_from_now_on(self) -> None:
        said = {"act": "restrict", "category": "other", "reason": "A relative works here"}
        self.follow(named=[self.cast.fimu.pk, self.cast.supervisor.pk], **said)
        self.case.refresh_from_db()
        assert self.case.restricted
        assert self.cast.fimu.name in self.get().text
        assert self.get(who="officer").status_code == 404

    def test_nothing_is_restricted_while_nobody_is_named(self) -> None:
        page = self.post(act="restrict", category="other", reason="A relative works here")
        assert page.status_code == 422
        assert "Select at least one person who can work on it" in page.text
