"""The front door."""

from django.urls import reverse

from handrail.access.tests.page import NOBODY, PUBLIC, PageTests, shown_to


class TestStartPage(PageTests):
    page = "web:start"
    user = NOBODY
    colleague = shown_to("officer", because="The page is for everybody and knows nobody.")
    other_force = shown_to("stranger", because="The page is for everybody and knows nobody.")
    nobody = shown_to(NOBODY)
    wrong_method = "POST"
    queries = PUBLIC

    def test_it_leads_to_a_referral_and_to_signing_in(self) -> None:
        text = self.get().text
        for name in ("cases:refer", "cases:refer-return", "sign_in:sign-in"):
            assert reverse(name) in text

    def test_who_is_signed_in_goes_home_from_there(self) -> None:
        assert "You are signed in as Olu Ade." in self.get(who="officer").text
