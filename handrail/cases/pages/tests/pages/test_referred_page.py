"""The reference of a referral that a signed-in user made."""

from typing import Any

from handrail.access import context
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from
from handrail.cases.tests.cast import typed_for
from handrail.cases.tests.page import UNKNOWN, WHO, CasePageTests
from handrail.records.drafts import Draft, submit
from handrail.records.packs import current_pack


class TestReferredPage(CasePageTests):
    page = "cases:referred"
    colleague = hidden_from("second_officer", because="It is for whoever made the referral.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "the draft, with its case": 1,
        "the force that it went to": 1,
        "the case, if they work on it": 1,
        "possible matches that nobody has answered": 1,
        "possible matches that were asked about on it": 1,
    }

    draft: Draft

    def arrange(self) -> None:
        step, force, by = current_pack().step_by_id["police-referral"], self.cast.force, self.cast.officer
        typed = typed_for(current_pack(), step, force, force=str(force.pk), **WHO)
        self.draft = Draft.objects.create(
            person=by, target_kind="case", pack_id=current_pack().id, step_id=step.id, typed=typed
        )
        with context.asking(by):
            submit(self.draft.pk, by=by)
        self.draft.refresh_from_db()

    def kept_from_others(self) -> list[str]:
        return [self.draft.submitted_reference]

    def parts(self) -> list[Any]:
        return [self.draft.pk]

    def test_it_tells_the_reference_and_what_happens_next(self) -> None:
        text = self.get().text
        assert self.draft.submitted_reference in text
        assert "What happens next" in text
