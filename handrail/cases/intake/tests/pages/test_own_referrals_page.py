"""A referrer's own referrals, and the feedback on them."""

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.models import Receipt
from handrail.cases.tests.cast import take
from handrail.cases.tests.page import NAME, RoomTests


class TestOwnReferralsPage(RoomTests):
    page = "cases:own-referrals"
    colleague = shown_to("second_officer", because="Everybody reads of their own referrals.")
    other_force = shown_to("stranger", because="Everybody reads of their own referrals.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "how many there are, up to a thousand": 1,
        "a page of receipts": 1,
        "the questions that they hold": 1,
    }

    def arrange(self) -> None:
        by = self.cast.officer
        receipt = Receipt.objects.get(referral__case=self.case)
        to = f"{by.pk} {receipt.received_on}"
        take(self.case, "ask-referrer", by, questions="who-else", referrer=to)

    def kept_from_others(self) -> list[str]:
        return [self.case.referrals.get().reference]

    def test_it_lists_ones_own_referrals_and_nothing_of_the_case(self) -> None:
        text = self.get().text
        assert self.case.referrals.get().reference in text
        assert NAME not in text
        assert self.case.reference not in text

    def test_a_colleague_reads_nothing_of_them(self) -> None:
        assert self.case.referrals.get().reference not in self.get(who="second_officer").text
