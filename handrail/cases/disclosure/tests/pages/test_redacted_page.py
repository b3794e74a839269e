"""A redacted version, and sharing it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from handrail.access.models import Grant
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from
from handrail.cases.disclosure.tests.test_summaries import give
from handrail.cases.tests.page import UNKNOWN, CasePageTests, day_parts


class TestRedactedPage(CasePageTests):
    page = "cases:redacted"
    user = "supervisor"
    colleague = hidden_from("second_officer", because="It was not given to them.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the version, if they may read it": 1,
        "where it comes from": 1,
        "with whom it is shared": 1,
        "the bodies that a form offers": 1,
    }

    def parts(self) -> list[Any]:
        return [self.desk.redaction.redacted_id]

    def kept_from_others(self) -> list[str]:
        return ["What may be known", self.case.reference]

    def test_it_shows_what_remains_and_is_shared_until_a_day(self) -> None:
        assert "What may be known" in self.get().text
        until = day_parts("until", timezone.localdate() + timedelta(days=5))
        said = {"reason": "School", "basis": "Section 38", "controller": "The council"}
        page = self.follow(to=self.cast.council.pk, **said, **until)
        assert "Shared with Felpersham City Council until" in page.text
        assert Grant.objects.get(record=self.desk.redaction.redacted_id).organisation == self.cast.council

    def test_it_leads_whoever_it_was_given_to_nowhere(self) -> None:
        give(self.desk.redaction.redacted, self.cast.supervisor, self.cast.spoc)
        text = self.get(who="spoc").text
        assert "What may be known" in text
        assert self.case.reference not in text
