"""The dialogue about one of a referrer's own referrals."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from
from handrail.cases.models import Receipt
from handrail.cases.tests.cast import take
from handrail.cases.tests.page import NAME, RoomTests

ASKED = "Who else saw or heard it?"


class TestOwnReferralPage(RoomTests):
    page = "cases:own-referral"
    colleague = hidden_from("second_officer")
    other_force = hidden_from("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "PUT"
    queries = SIGNED_IN | {
        "the receipt": 1,
        "the questions that it holds": 1,
        "opening the record for its policy, and closing it": 2,
        "which policy and stage, for the form": 1,
        "what the record waits for": 1,
    }

    def parts(self) -> list[Any]:
        return [Receipt.objects.get(referral__case=self.case).pk]

    def arrange(self) -> None:
        by = self.cast.officer
        receipt = Receipt.objects.get(referral__case=self.case)
        to = f"{by.pk} {receipt.received_on}"
        take(self.case, "ask-referrer", by, questions="who-else", referrer=to)

    def kept_from_others(self) -> list[str]:
        return [ASKED]

    def test_it_asks_and_shows_nothing_of_the_case(self) -> None:
        text = self.get().text
        assert ASKED in text
        assert "Send your answer" in text
        assert NAME not in text
        assert self.case.reference not in text
