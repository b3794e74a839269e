"""The link to a form, for users who work on the case that asked."""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from handrail.access import context
from handrail.access.models import Reading, Verb
from handrail.access.tests.page import TO_SIGN_IN
from handrail.cases.pages.form_link import CODE, LINK
from handrail.cases.steps.by_link import KIND
from handrail.cases.tests.page import ASKED_WHY, OF_CASE, UNKNOWN, CasePageTests
from handrail.cases.timeline.marking_actions import write_raised_marking
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink
from handrail.records.marking import level_of


class TestFormLinkPage(CasePageTests):
    page = "cases:form-link"
    colleague = ASKED_WHY
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = OF_CASE | {
        "the link, with who asked": 1,
        "the entry that asks, and its raised marking": 2,
    }
    link: FormLink

    def arrange(self) -> None:
        self.link = acts.make(
            KIND,
            self.case.pk,
            1,
            by=self.cast.officer,
            to="Ida Marsh",
            email="head@school.example",
            words="",
            until=timezone.localdate() + timedelta(days=7),
        )

    def press(self, button: str) -> Any:
        self.link.refresh_from_db()
        return self.post(**{button: "yes", "stamp": self.link.stamp})

    def parts(self) -> list[Any]:
        return [self.case.pk, 1]

    def test_a_code_is_made_and_shown_once(self) -> None:
        code = re.search(r"[0-9]{4} [0-9]{4}", self.press("code").text)
        assert code
        assert code[0] not in self.get().text
        self.link.refresh_from_db()
        assert acts.opens(self.link, code[0])

    def test_a_page_that_is_sent_twice_makes_no_second_code(self) -> None:
        self.link.refresh_from_db()
        sent = {"code": "yes", "stamp": self.link.stamp}
        code = re.search(r"[0-9]{4} [0-9]{4}", self.post(**sent).text)
        again = self.post(**sent)
        assert (again.status_code, "this page twice" in again.text) == (409, True)
        self.link.refresh_from_db()
        assert code
        assert acts.opens(self.link, code[0])

    def test_each_code_and_each_link_is_a_line_of_the_log_of_reads(self) -> None:
        disclosed = Reading.objects.filter(verb=Verb.DISCLOSED, person=self.cast.officer.pk)
        before = disclosed.count()
        self.get()
        assert disclosed.count() == before
        self.press("code")
        self.press("send")
        lines = list(disclosed.order_by("pk").values_list("recipient", "reason"))[before:]
        assert lines == [("Ida Marsh", CODE), ("Ida Marsh", LINK)]

    def test_a_link_of_an_entry_marked_above_the_reader_shows_to_neither_wall(self) -> None:
        highest = max(self.case.pack.markings, key=level_of)
        assert level_of(highest) > self.cast.officer.vetting
        assert ("Ida Marsh" in self.get().text, self.seen_by_the_officer()) == (True, 1)
        write_raised_marking(self.case, 1, highest, by=self.cast.officer, reason="Who was asked is secret.")
        page = self.get()
        assert (page.status_code, "Ida Marsh" in page.text) == (404, False)
        assert self.seen_by_the_officer() == 0

    def seen_by_the_officer(self) -> int:
        with context.asking(self.cast.officer):
            return FormLink.objects.count()

    def test_what_is_over_gets_no_code(self) -> None:
        FormLink.objects.update(until=timezone.localdate() - timedelta(days=1))
        page = self.press("code")
        assert "Not answered by the due date" in page.text
        self.link.refresh_from_db()
        assert self.link.code == ""
