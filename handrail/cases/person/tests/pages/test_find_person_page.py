"""Searching for a person by any known detail."""

from typing import Any

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.person.search import TOO_LITTLE
from handrail.cases.tests.page import RoomTests


class TestFindPersonPage(RoomTests):
    page = "cases:find-person"
    method = "POST"
    colleague = shown_to("second_officer", because="They see where a colleague's case stands.")
    other_force = shown_to("stranger", because="They may look, and are pointed to whom to call.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "who is near, in every force": 2,
        "the outlines of who is near and may be seen": 1,
        "who answers for those that may not": 1,
        "the cases of those who may be seen, with whom they are about": 1,
    }

    def sent(self) -> dict[str, Any]:
        return {"name": "Zerlinda Quillfeather", "postcode": "LS1 4AP"}

    def kept_from_others(self) -> list[str]:
        return [self.case.reference, str(self.case.pk)]

    def test_somebody_is_found_under_another_spelling(self) -> None:
        text = self.post(name="Zerlinda Quilfether", postcode="LS1 4AP").text
        assert self.case.reference in text
        assert self.desk.earlier.reference in text

    def test_another_force_is_told_whom_to_call(self) -> None:
        assert self.cast.officer.email in self.post("stranger", **self.sent()).text

    def test_with_nothing_typed_the_form_comes_back_and_says_what_to_give(self) -> None:
        page = self.post(name="  ")
        assert page.status_code == 422
        assert TOO_LITTLE in page.text

    def test_too_little_finds_nobody_and_says_what_to_give(self) -> None:
        page = self.post(name="🙂")
        assert page.status_code == 200
        assert TOO_LITTLE in page.text
