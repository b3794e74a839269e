"""Coming back to a referral with its code."""

from typing import Any

from handrail.access.tests.page import NOBODY, PUBLIC, shown_to
from handrail.cases.pages.referral import digest
from handrail.cases.tests.page import OutsideTests
from handrail.records.drafts import Draft


class TestReferReturnPage(OutsideTests):
    page = "cases:refer-return"
    user = "visitor"
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "DELETE"
    tells = False
    queries = PUBLIC | {
        "the session": 1,
    }

    def parts(self) -> list[Any]:
        return []

    def test_a_code_that_is_not_known_says_what_to_do(self) -> None:
        assert "Come back to a saved referral" in self.get(who=NOBODY).text
        page = self.post(NOBODY, code="AAAA-BBBB-CCCC-DDDD")
        assert page.status_code == 422
        assert "it has 16 letters and numbers" in page.text

    def test_the_right_code_leads_to_the_answers(self) -> None:
        Draft.objects.filter(pk=self.draft.pk).update(return_key=digest("AAAA-BBBB-CCCC-DDDD"))
        assert "Amber" in self.follow(NOBODY, code="aaaa bbbb cccc dddd").text
