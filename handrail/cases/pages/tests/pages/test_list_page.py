"""The list of cases."""

from contextlib import nullcontext

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, page_alone, shown_to
from handrail.cases.models import Case
from handrail.cases.tests.page import NAME, RoomTests


class TestListPage(RoomTests):
    page = "cases:list"
    colleague = shown_to("second_officer", because="Of a colleague's case without the name.")
    other_force = shown_to("stranger", because="The list of their own force, which is empty.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "how many there are, up to a thousand": 1,
        "a page of cases": 1,
        "the policies that there are cases under": 1,
    }

    def test_it_lists_the_cases_of_the_force_with_name_and_stage(self) -> None:
        text = self.get().text
        for words in (NAME, self.case.reference, self.case.stage.title, self.cast.officer.name):
            assert words in text

    def test_a_filter_leaves_out_what_does_not_fit(self) -> None:
        assert self.case.reference in self.get("?owner=me").text
        assert self.desk.earlier.reference not in self.get("?owner=me").text
        assert self.case.reference not in self.get("?state=closed").text

    def test_an_unknown_value_of_any_filter_finds_no_case_and_the_page_says_so(self) -> None:
        for name in ("stage", "owner", "force", "state", "check"):
            text = self.get(f"?{name}=nonsense").text
            assert self.case.reference not in text, name
            assert "No cases found" in text, name
        assert self.case.reference in self.get("?owner=&state=").text

    def test_an_empty_list_speaks_of_filters_only_where_one_is_set(self) -> None:
        for asked, said in (("", False), ("?state=closed", True)):
            text = self.get(asked, who="stranger").text
            assert "No cases found" in text
            assert ("Remove a filter" in text) == said, asked

    def test_a_colleague_reads_where_it_stands_and_no_name(self) -> None:
        Case.objects.filter(pk=self.desk.earlier.pk).update(owner=self.cast.officer, allocated=True)
        for walls in (nullcontext(), page_alone()):
            with walls:
                text = self.get(who="second_officer").text
            assert self.case.reference in text
            assert NAME not in text
