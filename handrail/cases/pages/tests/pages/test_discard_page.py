"""Discarding a draft."""

from typing import Any

from handrail.access.tests.page import TO_SIGN_IN, WITH_ACCOUNT, hidden_from
from handrail.cases.tests.page import UNKNOWN, CasePageTests
from handrail.ledger.models import Entry
from handrail.records.drafts import Draft


class TestDiscardPage(CasePageTests):
    page = "cases:discard"
    method = "POST"
    answer = 302
    colleague = hidden_from("second_officer", because="A draft is its author's alone.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "GET"
    tells = False
    queries = WITH_ACCOUNT | {
        "the draft, with its case": 1,
        "whether they work on the case": 1,
        "the draft as it stands, held: another tab may have sent it": 1,
        "the draft, emptied": 1,
        "the session, kept": 1,
    }

    def parts(self) -> list[Any]:
        return [self.desk.draft.pk]

    def test_what_was_typed_is_gone_and_nothing_is_recorded(self) -> None:
        Draft.objects.filter(pk=self.desk.draft.pk).update(typed={"anything": ["Typed"]})
        page = self.follow()
        assert "The draft was discarded. Nothing was recorded." in page.text
        draft = Draft.objects.get(pk=self.desk.draft.pk)
        assert draft.typed == {}
        assert draft.submitted_at
        assert Entry.objects.filter(chain=self.case.pk).count() == self.case.version
