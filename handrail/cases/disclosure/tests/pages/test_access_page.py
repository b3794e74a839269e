"""The page on which users may see a case."""

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.disclosure.tests.test_sharing import invited
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests


class TestAccessPage(CasePageTests):
    page = "cases:access"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "what was given to somebody, now and before": 1,
        "which of that is in force": 1,
        "to whom it was shared": 1,
        "its redacted versions": 1,
        "what of it is shared now": 1,
        "the copies that were made": 1,
    }

    def test_it_says_who_sees_the_case_by_post_and_by_invitation(self) -> None:
        invited(self.case, self.cast.spoc, self.cast.supervisor)
        text = self.get().text
        for words in ("Prevent supervisor", self.cast.spoc.name, "They help"):
            assert words in text

    def test_only_who_may_let_others_see_it_is_offered_to(self) -> None:
        door = reverse("cases:invite", args=[self.case.pk])
        assert door not in self.get().text
        assert door in self.get(who="supervisor").text
