"""Inviting a user to a case."""

from django.urls import reverse

from handrail.access.models import Grant
from handrail.access.tests.page import TO_SIGN_IN, hidden_from, refused_to
from handrail.cases.disclosure.tests.test_sharing import last_day
from handrail.cases.tests.page import OF_CASE, CasePageTests


class TestInvitePage(CasePageTests):
    page = "cases:invite"
    user = "supervisor"
    colleague = refused_to("officer", because="Letting others see a case is not the officer's.")
    other_force = hidden_from("supervisor_elsewhere")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE

    def test_somebody_is_found_and_sees_the_case_from_now_on(self) -> None:
        assert f"person-{self.cast.spoc.pk}" in self.post(words="jo", find="yes").text
        said = {"words": "jo", "to": f"person-{self.cast.spoc.pk}", "what": "whole", "reason": "To help"}
        assert "Jo Bird may now see the case." in self.follow(**said, **last_day()).text
        case = reverse("cases:case", args=[self.case.pk])
        assert self.client("spoc").get(case).status_code == 200

    def test_nobody_is_invited_without_a_reason(self) -> None:
        said = {"words": "jo", "to": f"person-{self.cast.spoc.pk}", "what": "whole"}
        assert self.post(**said, **last_day()).status_code == 422
        assert not Grant.objects.exists()
