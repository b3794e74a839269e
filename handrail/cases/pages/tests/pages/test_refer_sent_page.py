"""The reference of a public referral."""

from handrail.access import context
from handrail.access.context import hold_draft
from handrail.access.tests.page import NOBODY, PUBLIC, leads
from handrail.cases.tests.page import OutsideTests
from handrail.records.drafts import submit


class TestReferSentPage(OutsideTests):
    page = "cases:refer-sent"
    user = "visitor"
    colleague = leads("officer", "cases:refer", because="Nothing was begun in their browser.")
    other_force = leads("stranger", "cases:refer", because="Nothing was begun in their browser.")
    nobody = leads(NOBODY, "cases:refer", because="Nothing was begun in their browser.")
    wrong_method = "POST"
    queries = PUBLIC | {
        "the session": 1,
        "access_enter, again": 1,
        "the draft, opened by row security": 1,
        "the draft": 1,
        "the force that it went to": 1,
    }

    def arrange(self) -> None:
        super().arrange()
        with context.asking(None):
            hold_draft(self.draft.pk)
            submit(self.draft.pk, by=None)
        self.draft.refresh_from_db()

    def kept_from_others(self) -> list[str]:
        return [self.draft.submitted_reference]

    def test_it_tells_the_reference_and_nothing_of_the_case(self) -> None:
        text = self.get().text
        assert self.draft.submitted_reference in text
        assert "Amber" not in text

    def test_it_says_to_call_999_before_what_happens_next(self) -> None:
        text = self.get().text
        assert text.index("call 999 now") < text.index("What happens next")
