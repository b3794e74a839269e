"""The list of a MASH, and how much of a case its partners see."""

from contextlib import nullcontext
from datetime import timedelta

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, page_alone, refused_to
from handrail.cases.models import Case
from handrail.cases.tests.cast import person, refer, take
from handrail.cases.tests.page import NAME, RoomTests
from handrail.cases.tests.staff import again
from handrail.ledger.models import Entry
from handrail.organisations.models import Kind, Person
from handrail.organisations.roles import Role
from handrail.subjects.models import Subject

CHILD = {"date-of-birth-day": "1", "date-of-birth-month": "6", "date-of-birth-year": "2015"}
KEPT_SAFE, ON_FILE = "qsafe", "qintel"


class TestMashPage(RoomTests):
    page = "cases:mash"
    user = "mash"
    colleague = refused_to("officer", because="A list for those who work in a MASH.")
    other_force = refused_to("stranger", because="A list for those who work in a MASH.")
    nobody = TO_SIGN_IN
    wrong_method = "POST"
    queries = SIGNED_IN | {
        "the cases without safeguarding": 1,
        "what they were asked": 1,
        "what others were asked on their cases": 1,
    }

    def called(self, who: str) -> Person:
        return self.partner if who == "partner" else super().called(who)

    def arrange(self) -> None:
        hub = self.cast.mash.posts.get().organisation
        assert hub.kind == Kind.MASH
        self.partner = person("Pat Partner", Role.MASH_PARTNER, hub)

    def test_children_stand_first_and_then_the_oldest_referral(self) -> None:
        adult = refer(self.cast)
        child = refer(self.cast, **CHILD)
        Case.objects.filter(pk=child.pk).update(opened_on=self.case.opened_on + timedelta(days=1))
        text = self.get().text
        first, last, of_adult = (text.index(one.reference) for one in (self.desk.earlier, child, adult))
        assert text.index("Children (") < first < last < text.index("Adults (") < of_adult

    def test_who_may_be_a_child_is_not_listed_as_an_adult(self) -> None:
        year = timezone.localdate().year - 18
        for born_in, place in ((str(year), "Children ("), (str(year - 1), "Adults (")):
            Subject.objects.update(date_of_birth=None, born_in=born_in)
            assert place in self.get().text, born_in

    def test_a_case_leaves_the_list_once_safeguarding_is_recorded(self) -> None:
        assert self.case.reference in self.get().text
        take(self.case, "safeguarding", self.cast.mash)
        assert self.case.reference not in self.get().text
        assert self.desk.earlier.reference in self.get().text

    def test_what_the_mash_was_asked_stands_first(self) -> None:
        take(self.case, "action", self.cast.officer, owner=str(self.cast.mash.pk), what="Call the school")
        text = self.get().text
        assert text.index("Call the school") < text.index("Safeguarding not recorded yet")

    def test_a_restricted_case_is_on_it_for_nobody_who_is_not_named(self) -> None:
        for who in ("mash", "partner"):
            assert self.case.reference in self.get(who=who).text
        Case.objects.filter(pk=self.case.pk).update(restricted=True)
        for who in ("mash", "partner"):
            assert self.case.reference not in self.get(who=who).text

    def test_only_a_partner_is_told_that_part_of_each_case_is_not_shown(self) -> None:
        assert "are not shown to you" in self.get(who="partner").text
        assert "are not shown to you" not in self.get().text

    def with_entries(self) -> None:
        take(self.case, "safeguarding", self.cast.mash, partners=KEPT_SAFE)
        take(self.case, "information-assessment", self.cast.fimu, summary=ON_FILE)
        take(self.case, "gateway-assessment", self.cast.officer, outcome="police-led")
        take(self.case, "gateway-sign-off", self.cast.supervisor, outcome="agreed")
        take(self.case, "police-led-plan", self.cast.officer)

    def at(self, who: str, name: str, *args: object) -> str:
        return str(self.client(who).get(reverse(name, args=[self.case.pk, *args])).content.decode())

    def test_a_partner_reads_the_safeguarding_part_and_how_much_is_not_shown(self) -> None:
        self.with_entries()
        for walls in (nullcontext(), page_alone()):
            with walls:
                text = self.at("partner", "cases:case")
            others = Entry.objects.filter(chain=self.case.pk).count() - 2
            for words in (
                NAME,
                KEPT_SAFE,
                "Immediate safeguarding",
                f"{others} entries are not shown to you",
            ):
                assert words in text, words
            for title in ("Information assessment</a>", "Police-led plan", ON_FILE):
                assert title not in text, title
        whole = self.at("mash", "cases:case")
        for title in ("Police-led plan", "Immediate safeguarding"):
            assert title in whole, "the police in the MASH keep what they need"

    def test_a_partner_is_offered_no_higher_marking_of_what_they_read(self) -> None:
        for who, is_offered in (("mash", True), ("partner", False)):
            client = self.client(who)
            page = client.get(reverse("cases:entry", args=[self.case.pk, 1])).text
            assert self.case.reference in page
            assert ("Raise the marking" in page) == is_offered, who

    def test_the_database_shows_a_partner_no_row_of_intelligence_or_plan(self) -> None:
        self.with_entries()
        assert {"information-assessment", "police-led-plan"} <= self.acts_read_by(self.cast.mash)
        opening = self.case.referrals.get().step_id
        assert self.acts_read_by(self.partner) == {opening, "safeguarding"}

    def acts_read_by(self, who: Person) -> set[str]:
        with context.asking(again(who)), connection.cursor() as cursor:
            cursor.execute(
                "SELECT e.act FROM ledger_entry e JOIN ledger_content c ON c.entry_id = e.id"
                " WHERE e.chain = %s AND e.kind = 'case'",
                [self.case.pk],
            )
            return {act for (act,) in cursor.fetchall()}
