"""The list of referrals."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.tests.page import NAME, RoomTests


class TestReferralsPage(RoomTests):
    page = "cases:referrals"
    colleague = shown_to("second_officer", because="Of a colleague's case without the name.")
    other_force = shown_to("stranger", because="The list of their own force, which is empty.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "the policies that there are cases under": 1,
        "how many there are, up to a thousand": 1,
        "a page of referrals": 1,
        "which cases may be shown with a name": 1,
    }

    def test_it_lists_what_was_referred_and_by_which_door(self) -> None:
        text = self.get().text
        for words in (NAME, self.case.referrals.get().reference, self.case.stage.title):
            assert words in text

    def test_a_filter_leaves_out_what_does_not_fit(self) -> None:
        assert self.case.referrals.get().reference not in self.get("?door=referral").text
        assert self.case.referrals.get().reference in self.get("?door=police-referral").text

    def test_an_unknown_value_of_any_filter_finds_no_referral_and_the_page_says_so(self) -> None:
        for name in ("sector", "force", "door"):
            text = self.get(f"?{name}=nonsense").text
            assert self.case.referrals.get().reference not in text, name
            assert "No referrals found" in text, name
