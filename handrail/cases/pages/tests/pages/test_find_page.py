"""Finding a case by its reference or a name."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, shown_to
from handrail.cases.models import Case, Referral
from handrail.cases.tests.page import NAME, RoomTests
from handrail.subjects.models import Subject


def spaced(reference: str) -> str:
    """Return a reference with a blank between its letters, as it is read out."""
    return " ".join(reference.replace("-", ""))


class TestFindPage(RoomTests):
    page = "cases:find"
    method = "POST"
    colleague = shown_to("second_officer", because="They may look for what is theirs.")
    other_force = shown_to("stranger", because="They may look for what is theirs.")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the cases that were found": 1,
        "which records somebody linked to theirs": 1,
    }

    def sent(self) -> dict[str, Any]:
        return {"words": self.case.called}

    def kept_from_others(self) -> list[str]:
        return [self.case.reference, str(self.case.pk)]

    def test_a_case_is_found_by_name_and_by_reference(self) -> None:
        for words in (NAME, self.case.reference):
            assert reverse("cases:case", args=[self.case.pk]) in self.post(words=words).text

    @pytest.mark.parametrize("written", [str.lower, lambda text: text.replace("-", ""), "{} ".format, spaced])
    def test_a_reference_is_found_however_it_is_written(self, written: Callable[[str], str]) -> None:
        assert self.case.reference in self.post(words=written(self.case.reference)).text

    @pytest.mark.parametrize(
        "typed",
        ["WYP/00457/26", "wyp/00457/26", "WYP 457 26", "wyp-457-26", "WYP00457/26", "\uff37YP/00457/26"],
    )
    def test_a_force_finds_a_case_by_its_own_reference(self, typed: str) -> None:
        Referral.objects.filter(case=self.case).update(source_reference="WYP/00457/26")
        assert self.case.reference in self.post(words=typed).text
        assert self.case.reference not in self.post("stranger", words=typed).text
        assert self.case.reference not in self.post(words="WYP/458/26").text

    def test_a_reference_of_a_force_leads_nobody_to_a_case_that_is_restricted(self) -> None:
        Referral.objects.filter(case=self.case).update(source_reference="00457")
        assert self.case.reference in self.post(words="457").text
        Case.objects.filter(pk=self.case.pk).update(restricted=True)
        assert self.case.reference not in self.post(words="457").text

    def test_a_name_is_found_without_its_accents_and_apostrophes(self) -> None:
        about = Subject.described({"given_name": "Łukasz", "family_name": "O’Nowak"})
        folded = {name: getattr(about, name) for name in ("name_key", "family_key", "found_under")}
        Subject.objects.filter(cases=self.case).update(given_name="Łukasz", family_name="O’Nowak", **folded)
        for words in ("Lukasz", "LUKASZ ONOWAK", "O Nowak", "o'nowak", "Łukasz"):
            assert self.case.reference in self.post(words=words).text, words

    def test_who_oversees_a_case_finds_it_by_its_reference_and_not_by_the_name(self) -> None:
        assert self.case.reference in self.post("second_officer", words=self.case.reference).text
        assert self.case.reference not in self.post("second_officer", words=NAME).text

    def test_without_words_it_asks_for_them(self) -> None:
        assert 'name="words"' in self.get().text
