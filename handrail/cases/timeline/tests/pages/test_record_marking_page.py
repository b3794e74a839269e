"""How a whole record of any kind is marked, and marking it higher: here a register entry."""

from typing import Any

import pytest
from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from, shown_to
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.tests.page import RoomTests
from handrail.ledger.models import Entry


class TestRecordMarkingPage(RoomTests):
    page = "cases:record-marking"
    colleague = shown_to("second_officer", because="Those of the force read its register.")
    other_force = hidden_from("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the record": 1,
        "its force": 1,
        "who marked it higher": 1,
    }

    def parts(self) -> list[Any]:
        return ["register-entry", self.desk.register_entry.pk]

    def kept_from_others(self) -> list[str]:
        return [self.desk.register_entry.reference]

    def test_it_is_marked_higher_with_a_reason(self) -> None:
        assert "Marking of the whole register entry" in self.get().text
        page = self.follow(marking="official-sensitive-police", reason="Shows how it is known")
        assert "The marking has been raised." in page.text
        assert "OFFICIAL-SENSITIVE – POLICE" in self.get().text
        register_entry, entry = (
            RegisterEntry.objects.get(),
            Entry.objects.get(chain=self.desk.register_entry.pk, number=2),
        )
        assert (register_entry.version, register_entry.marking.id) == (2, "official-sensitive-police")
        assert (entry.act, entry.kind) == ("raise-marking", "register-entry")

    def test_without_a_reason_it_stays_as_it_is(self) -> None:
        page = self.post(marking="official-sensitive-police")
        assert page.status_code == 422
        assert "Say why it is marked higher" in page.text

    @pytest.mark.parametrize("kind", ["year-answers", "no-such-kind", "case"])
    def test_no_other_kind_is_found_under_its_id(self, kind: str) -> None:
        record = self.case if kind == "case" else self.desk.register_entry
        address = reverse(self.page, args=[kind, record.pk])
        assert self.client("officer").get(address).status_code == 404
