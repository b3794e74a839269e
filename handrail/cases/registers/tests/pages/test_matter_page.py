"""A register entry with its timeline."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.tests.page import UNKNOWN, RoomTests


class TestRegisterEntryPage(RoomTests):
    page = "cases:matter"
    colleague = shown_to("second_officer", because="Those of the force read its register.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "the matter, with its force and who recorded it": 1,
        "the entries, with their content and marking": 1,
        "of which they may read the title": 1,
        "the first entry, for the title": 1,
        "the drafts that they began on it": 1,
        "the limits that run for it": 1,
    }

    def parts(self) -> list[Any]:
        return [self.desk.register_entry.pk]

    def kept_from_others(self) -> list[str]:
        return [self.desk.register_entry.reference, "Safeguarding lead, a college"]

    def test_it_says_what_was_asked_and_advised(self) -> None:
        text = self.get().text
        for words in (self.desk.register_entry.reference, "Whether drawings worry", "To wait"):
            assert words in text
