"""One entry of a case, with all its answers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.urls import reverse

from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.tests.page import ASKED_WHY, NAME, OF_CASE, UNKNOWN, CasePageTests
from handrail.ledger.models import Entry
from handrail.ledger.record import Act, append


class TestEntryPage(CasePageTests):
    page = "cases:entry"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = OF_CASE | {
        "the entry, with its content and marking": 1,
        "the bodies that a form offers": 1,
        "which assessments came after their decision": 1,
        "who marked it higher": 1,
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "what is known of the person": 1,
    }

    def parts(self) -> list[Any]:
        return [self.case.pk, 1]

    def test_it_says_what_was_answered_and_by_whom(self) -> None:
        text = self.get().text
        for words in (NAME, self.cast.officer.name, "Something said"):
            assert words in text

    def test_it_says_of_an_entry_that_was_added_later_when_that_was(self) -> None:
        assert "Added to the record" not in self.get().text
        first = Entry.objects.get(chain=self.case.pk, number=1)
        past = first.recorded_at - timedelta(days=200)
        later = append(replace(Act.of(first), happened_at=past), recorded_at=past)
        address = reverse(self.page, args=[self.case.pk, later.number])
        text = self.client("officer").get(address).content.decode()
        assert "Added to the record" in text
        assert "later than the time above" in text

    def test_an_entry_that_is_not_there_is_not_found(self) -> None:
        assert self.client("officer").get(reverse(self.page, args=[self.case.pk, 99])).status_code == 404
