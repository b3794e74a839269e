"""Finding a case by its reference or a name."""

from typing import Any

from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.tests.pages.page import NAME, RoomTests


class TestFindPage(RoomTests):
    page = "cases:find"
    method = "POST"
    colleague = shown_to("second_officer", because="They may look for what is theirs.")
    other_force = shown_to("stranger", because="They may look for what is theirs.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the cases that were found": 1,
    }

    def sent(self) -> dict[str, Any]:
        return {"words": self.case.called}

    def kept_from_others(self) -> list[str]:
        return [self.case.reference, str(self.case.pk)]

    def test_a_case_is_found_by_name_and_by_reference(self) -> None:
        for words in (NAME, self.case.reference):
            assert reverse("cases:case", args=[self.case.pk]) in self.post(words=words).text

    def test_who_oversees_a_case_finds_it_by_its_reference_and_not_by_the_name(self) -> None:
        assert self.case.reference in self.post("second_officer", words=self.case.reference).text
        assert self.case.reference not in self.post("second_officer", words=NAME).text

    def test_without_words_it_asks_for_them(self) -> None:
        assert 'name="words"' in self.get().text
