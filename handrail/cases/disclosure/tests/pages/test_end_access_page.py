"""Ending a user's access to a case."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, refused_to
from handrail.cases.disclosure.tests.test_sharing import invited
from handrail.cases.tests.page import OF_CASE, UNKNOWN, CasePageTests


class TestEndAccessPage(CasePageTests):
    page = "cases:end-access"
    user = "supervisor"
    colleague = refused_to("officer", because="Who gave it, or answers for the case, ends it.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "the grant, with whom it was given to": 1,
    }

    def arrange(self) -> None:
        self.grant = invited(self.case, self.cast.spoc, self.cast.supervisor)

    def parts(self) -> list[Any]:
        return [self.case.pk, self.grant.pk]

    def test_they_see_the_case_no_longer(self) -> None:
        assert "Jo Bird" in self.get().text
        assert "Jo Bird no longer sees the case by this." in self.follow(reason="Done").text
        case = reverse("cases:case", args=[self.case.pk])
        assert self.client("spoc").get(case).status_code == 404

    def test_it_does_not_end_without_a_reason(self) -> None:
        assert self.post().status_code == 422
        self.grant.refresh_from_db()
        assert self.grant.ended_at is None
