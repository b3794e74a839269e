"""The kinds of referral that a user may make."""

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.tests.page import RoomTests


class TestNewPage(RoomTests):
    page = "cases:new"
    colleague = shown_to("second_officer")
    other_force = shown_to("stranger", because="Every officer may take a referral.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    tells = False
    queries = SIGNED_IN

    def test_it_offers_the_ways_of_ones_own_roles(self) -> None:
        text = self.get().text
        assert reverse("cases:new-begin", args=["police-referral"]) in text
        assert reverse("cases:new-begin", args=["referral"]) not in text
