"""How one entry of a record of any kind is marked, and marking it higher: here of a register entry."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from, shown_to
from handrail.cases.tests.page import RoomTests


class TestRecordEntryMarkingPage(RoomTests):
    page = "cases:record-entry-marking"
    colleague = shown_to("second_officer", because="Those of the force read its register.")
    other_force = hidden_from("stranger")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the record": 1,
        "the entry": 1,
        "its marking": 1,
        "the force": 1,
        "who marked it higher": 1,
    }

    def parts(self) -> list[Any]:
        return ["register-entry", self.desk.register_entry.pk, 1]

    def kept_from_others(self) -> list[str]:
        return [self.desk.register_entry.reference]

    def test_it_is_marked_higher_with_a_reason(self) -> None:
        assert "Marking of entry 1" in self.get().text
        page = self.follow(marking="official-sensitive-police", reason="Shows how it is known")
        assert "The marking has been raised." in page.text
        assert "OFFICIAL-SENSITIVE – POLICE" in self.get().text

    def test_there_is_no_entry_beyond_the_last(self) -> None:
        address = reverse(self.page, args=["register-entry", self.desk.register_entry.pk, 7])
        assert self.client("officer").get(address).status_code == 404
