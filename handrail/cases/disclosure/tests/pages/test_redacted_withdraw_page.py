"""Withdrawing a redacted version that was shared."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, hidden_from
from handrail.cases.disclosure.tests.test_summaries import give
from handrail.cases.tests.page import UNKNOWN, CasePageTests


class TestRedactedWithdrawPage(CasePageTests):
    page = "cases:redacted-withdraw"
    method = "POST"
    answer = 302
    user = "supervisor"
    colleague = hidden_from("officer", because="Withdrawing is for those who may share.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    tells = False
    queries = WITH_ACCOUNT | {
        "the version, if they may read it": 1,
        "where it comes from": 1,
        "the grant": 1,
        "by which post they may share": 1,
        "the grant, locked": 1,
        "the grant, ended": 1,
        "the chain of the grant": 1,
        "its entry in the ledger": 1,
        "the session, with what is said next": 1,
    }

    def arrange(self) -> None:
        self.grant = give(self.desk.redaction.redacted, self.cast.supervisor, self.cast.spoc)

    def sent(self) -> dict[str, Any]:
        return {"grant": str(self.grant.pk), "reason": "The school is done"}

    def parts(self) -> list[Any]:
        return [self.desk.redaction.redacted_id]

    def kept_from_others(self) -> list[str]:
        return ["What may be known", self.case.reference]

    def test_whoever_had_it_reads_it_no_longer(self) -> None:
        door = reverse("cases:redacted", args=self.parts())
        assert self.client("spoc").get(door).status_code == 200
        assert "It is not shared any more." in self.follow(**self.sent()).text
        assert self.client("spoc").get(door).status_code == 404
