"""Answering the questions of a year."""

import re
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from handrail.access import context
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from, refused_to
from handrail.cases.tests.cast import refer
from handrail.ledger.models import Entry
from handrail.policy.tests.small_pack import altered
from handrail.question_sets import views
from handrail.question_sets.models import Year
from handrail.question_sets.tests.pages.page import ANSWERS, LEARNT, SET, QuestionTests
from handrail.records.packs import current_pack


class TestYearPage(QuestionTests):
    page = "question_sets:year"
    colleague = refused_to("officer", because="It is for who answers for how others keep to policy.")
    other_force = hidden_from("supervisor_elsewhere")
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the force": 1,
        "the answers of the year": 1,
        "those of the year before, and their entry": 2,
        "what the record counts": 4,
    }

    def parts(self) -> list[Any]:
        return [SET, self.cast.force.pk, self.this_year]

    def test_it_begins_with_what_the_record_counts_beside_last_year(self) -> None:
        for _ in range(3):
            refer(self.cast)
        page = self.get().text
        assert 'name="referrals" type="text" value="3"' in " ".join(page.split()) or 'value="3"' in page
        assert LEARNT in page

    def test_what_is_sent_is_an_entry_and_a_second_one_corrects_it(self) -> None:
        for learnt in ("First", "Second"):
            self.post(seen=self.seen(), **ANSWERS | {"learnt": learnt})
        row = Year.objects.get(year=self.this_year)
        entries = Entry.objects.select_related("content").filter(chain=row.pk).order_by("number")
        assert [entry.content.content["answers"]["learnt"] for entry in entries] == ["First", "Second"]
        assert entries[0].content.content["known"] == {"referrals": 0, "opened": 0, "closed": 0, "late": 0}
        assert row.typed == {}
        assert "Second" in self.get().text

    def test_a_draft_is_kept_right_or_wrong_and_is_no_part_of_the_record(self) -> None:
        self.post(seen=self.seen(), referrals="many", learnt="Half a sentence", later="yes")
        row = Year.objects.get(year=self.this_year)
        assert (row.version, Entry.objects.filter(chain=row.pk).exists()) == (0, False)
        page = self.get().text
        assert ("many" in page, "Half a sentence" in page) == (True, True)

    def test_a_draft_goes_on_under_the_policy_under_which_it_was_begun(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.post(seen=self.seen(), learnt="Half a sentence", later="yes")
        own = current_pack()
        monkeypatch.setattr(views, "current_pack", lambda: altered(own, id="other", question_sets=()))
        assert "Half a sentence" in self.get().text
        assert self.post(seen=self.seen(), **ANSWERS).status_code == 302
        entry = Entry.objects.select_related("content").get(chain=Year.objects.get(year=self.this_year).pk)
        assert (entry.pack, entry.content.content["answers"]["learnt"]) == (own.id, LEARNT)
        compared = reverse("question_sets:compare", args=[SET, self.cast.force.pk])
        assert LEARNT in self.client(self.user).get(compared).text

    def test_a_wrong_answer_is_said_and_stays(self) -> None:
        page = self.post(seen=self.seen(), **ANSWERS | {"referrals": "many"})
        assert (page.status_code, "Enter a whole number" in page.text) == (422, True)

    @pytest.mark.parametrize("way", [{}, {"later": "yes"}])
    def test_of_two_who_begin_at_once_the_second_is_told_and_may_send_in_its_place(
        self, way: dict[str, str]
    ) -> None:
        shown = self.seen()
        assert self.post(seen=shown, **ANSWERS | way | {"learnt": "Of the first"}).status_code == 302
        page = self.post(seen=shown, **ANSWERS | way | {"learnt": "Of the second"})
        assert page.status_code == 409
        assert "Somebody changed these answers" in page.text
        assert "Of the second" in page.text
        assert "Of the first" in self.get().text, "what the first one sent or kept stands"
        again = self.post(seen=self.seen(), **ANSWERS | way | {"learnt": "Of the second"})
        assert again.status_code == 302
        assert "Of the second" in self.get().text

    def test_a_wrong_answer_is_kept_and_can_be_mended_at_once(self) -> None:
        wrong = self.post(seen=self.seen(), **ANSWERS | {"referrals": "many"})
        found = re.search(r'name="seen" value="(\w+)"', wrong.text)
        assert found
        assert self.post(seen=found[1], **ANSWERS).status_code == 302

    def test_a_page_that_does_not_say_what_it_showed_changes_nothing(self) -> None:
        assert self.post(**ANSWERS).status_code == 409
        assert not Year.objects.filter(year=self.this_year, version__gt=0).exists()

    def test_a_year_to_come_is_not_answered(self) -> None:
        ahead = reverse(self.page, args=[SET, self.cast.force.pk, self.this_year + 1])
        assert self.client(self.user).get(ahead).status_code == 404

    def test_the_database_shows_the_row_to_who_may_see_it(self) -> None:
        for who, sees in (("supervisor", True), ("supervisor_elsewhere", False), ("officer", False)):
            with context.asking(self.person(who)):
                assert Year.objects.exists() == sees

    def test_a_user_of_another_force_puts_nothing_on_its_record(self) -> None:
        before = Year.objects.count()
        page = self.client("supervisor_elsewhere").post(self.address, ANSWERS)
        assert (page.status_code, Year.objects.count()) == (404, before)
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            context.asking(self.desk.supervisor_elsewhere),
        ):
            Year.objects.create(set_id=SET, force=self.cast.force, year=2016, pack_id=current_pack().id)

    @pytest.mark.parametrize("year", [0, 2014, 32768, 99999999999999999999])
    def test_a_year_that_cannot_be_is_not_found(self, year: int) -> None:
        there = reverse(self.page, args=[SET, self.cast.force.pk, year])
        assert self.client(self.user).get(there).status_code == 404
