"""The entries of a register."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.tests.page import RoomTests
from handrail.records.packs import current_pack


class TestRegisterPage(RoomTests):
    page = "cases:register"
    colleague = shown_to("second_officer", because="Those of the force read its register.")
    other_force = shown_to("stranger", because="The register of their own force, which is empty.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "how many there are, up to a thousand": 1,
        "a page of the list, as places": 1,
        "the register entries of the page": 1,
        "of which they may read the title": 1,
        "the first entry, for the title": 1,
        "the counts of the last year": 1,
    }

    def parts(self) -> list[Any]:
        return ["advice"]

    def kept_from_others(self) -> list[str]:
        return [self.desk.register_entry.reference, "Safeguarding lead, a college"]

    def test_it_lists_the_advice_that_was_given(self) -> None:
        text = self.get().text
        for words in (self.desk.register_entry.reference, "Safeguarding lead, a college"):
            assert words in text

    def test_it_says_that_only_what_is_late_is_shown(self) -> None:
        statement = current_pack().limit_by_id["advice-followed"].statement
        assert statement not in self.get().text
        for limit, said in (("advice-followed", True), ("nonsense", False)):
            page = self.client("officer").get(reverse(self.page, args=["advice"]), {"late": limit})
            assert (
                f"Only what is or was late is shown: <strong>{statement}" in page.content.decode()
            ) is said

    def test_a_register_that_there_is_not_is_not_found(self) -> None:
        assert self.client("officer").get(reverse(self.page, args=["nothing"])).status_code == 404
