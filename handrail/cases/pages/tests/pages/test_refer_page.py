"""What to know before a public referral, and beginning one."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, shown_to
from handrail.cases.tests.page import OutsideTests
from handrail.records.drafts import Draft


class TestReferPage(OutsideTests):
    page = "cases:refer"
    user = "visitor"
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "DELETE"
    tells = False
    queries = PUBLIC | {
        "the session": 1,
        "access_enter, again": 1,
        "the drafts of the browser, opened by row security": 1,
        "the drafts of the browser": 1,
    }

    def parts(self) -> list[Any]:
        return []

    def test_it_begins_a_referral_of_nobody(self) -> None:
        assert "Share a concern" in self.get(who=NOBODY).text
        led = self.post(NOBODY)
        assert led.headers["Location"].startswith("/refer/")
        assert Draft.objects.filter(person=None).count() == 2

    def test_it_leads_back_to_what_was_begun(self) -> None:
        begun = reverse("cases:refer-answers", args=[self.draft.pk])
        assert begun in self.get().text
        assert begun not in self.get(who=NOBODY).text
