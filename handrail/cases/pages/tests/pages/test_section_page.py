"""One page of a form that a signed-in user fills in."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from
from handrail.cases.tests.cast import typed_for
from handrail.cases.tests.page import ASKED, UNKNOWN, CasePageTests


class TestSectionPage(CasePageTests):
    page = "cases:section"
    colleague = hidden_from("second_officer", because="A draft is its author's alone.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the draft, with its case": 1,
        "whether they work on the case": 1,
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "the entries to read beside the form, with their content and marking": 1,
        "the forces that a referral may name": 1,
        "possible matches that stand": 1,
        "the linked records, where they stand and what was decided": 1,
        "what is new since the draft was begun": 1,
    }

    @property
    def section(self) -> str:
        return self.desk.draft.pack.form_by_id[ASKED].sections[0].id

    def parts(self) -> list[Any]:
        return [self.desk.draft.pk, self.section]

    def test_what_is_typed_is_kept_and_leads_on(self) -> None:
        step = self.case.pack.step_by_id[ASKED]
        led = self.post(**typed_for(self.case.pack, step, self.case.force))
        self.desk.draft.refresh_from_db()
        assert ["Something said"] in self.desk.draft.typed.values()
        assert led.headers["Location"] == reverse("cases:answers", args=[self.desk.draft.pk])

    def test_what_is_missing_is_said(self) -> None:
        page = self.post()
        assert page.status_code == 422
        assert "There is a problem" in page.text
