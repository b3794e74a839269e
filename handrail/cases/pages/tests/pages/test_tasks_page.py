"""The whole list behind each count of the home page."""

import re
from contextlib import nullcontext
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, page_alone, shown_to
from handrail.cases.models import Case, Deadline
from handrail.cases.tests.cast import refer
from handrail.cases.tests.page import NAME, RoomTests

COUNT = re.compile(r'<a class="govuk-link[^"]*"\s+href="([^"]+)"[^>]*>\s*(?:<strong>)?(\d+)\b')


class TestTasksPage(RoomTests):
    page = "cases:tasks"
    user = "supervisor"
    colleague = shown_to("second_officer", because="Everybody has tasks of their own.")
    other_force = shown_to("stranger", because="Everybody has tasks of their own.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "what is due of them": 1,
        "what they were asked": 1,
        "what others were asked on their cases": 1,
        "the grants that they were given": 1,
        "the openings that they are told of": 1,
        "the drafts that they began": 1,
        "the cases": 1,
        "what is due from them in the registers": 1,
    }

    @pytest.fixture(autouse=True)
    def late(self) -> None:
        """One case not allocated, and one of the officer's; on each something is overdue."""
        unallocated = refer(self.cast)
        for case, days in ((self.case, 3), (unallocated, 5)):
            Deadline.objects.filter(case=case).update(due=timezone.localdate() - timedelta(days=days))

    def test_every_count_of_home_leads_to_exactly_as_many_lines(self) -> None:
        home = self.client("supervisor").get(reverse("web:home")).text
        found = [(unescape(address), int(count)) for address, count in COUNT.findall(home)]
        lists = [(address, count) for address, count in found if address.startswith(reverse(self.page))]
        assert {"?due=late", "", "?of=nobody"} <= {
            address.removeprefix(reverse(self.page)) for address, _ in lists
        }
        for address, count in lists:
            shown = self.client("supervisor").get(address).text
            lines = shown.count('<span class="handrail-quiet handrail-due">')
            assert lines == count, address

    def test_a_row_of_the_team_lists_what_is_overdue_with_one_officer_and_with_nobody_else(self) -> None:
        text = self.get(f"?of={self.cast.officer.pk}").text
        assert NAME in text
        assert "3 days overdue" in text
        assert "5 days overdue" not in text
        assert "5 days overdue" in self.get("?of=nobody").text

    def test_the_list_of_an_officer_names_them_and_its_counts_stay_with_them(self) -> None:
        of = f"?of={self.cast.officer.pk}"
        shown = self.get(of).text
        assert f"Overdue: {self.cast.officer.name}" in shown
        counts = [(unescape(address), int(count)) for address, count in COUNT.findall(shown)]
        assert counts
        for address, count in counts:
            listed = self.client("supervisor").get(address).text
            assert listed.count('<span class="handrail-quiet handrail-due">') == count, address

    def test_somebody_who_answers_for_nobody_reads_nothing_of_a_colleague(self) -> None:
        address = f"?of={self.cast.officer.pk}"
        assert "3 days overdue" in self.get(address).text
        assert "There are no tasks in this list" in self.get(address, who="second_officer").text

    def test_a_restricted_case_is_in_no_count_and_no_list_of_who_is_not_named(self) -> None:
        assert "?of=nobody" in self.client("supervisor").get(reverse("web:home")).text
        Case.objects.filter(allocated=False).update(restricted=True)
        assert "?of=nobody" not in self.client("supervisor").get(reverse("web:home")).text
        assert "5 days overdue" not in self.get("?of=nobody").text

    def test_an_unknown_value_finds_nothing_and_says_so(self) -> None:
        for name in ("of", "kind", "due"):
            assert "There are no tasks in this list" in self.get(f"?{name}=nonsense").text

    def test_who_sees_only_the_state_of_a_case_reads_no_name_in_the_list_of_an_officer(self) -> None:
        for walls in (nullcontext(), page_alone()):
            with walls:
                address = f"?of={self.cast.officer.pk}"
                assert NAME in self.get(address).text
                text = self.get(address, who="lead").text
                assert self.case.reference in text
                assert NAME not in text
