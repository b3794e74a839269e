"""The page to check the answers of a form, and to send them."""

from types import SimpleNamespace as Part
from typing import Any

from django.template import engines
from django.urls import reverse

from handrail.access.tests.page import SIGNED_IN, TO_SIGN_IN, hidden_from
from handrail.cases.tests.cast import typed_for
from handrail.cases.tests.page import ASKED, UNKNOWN, CasePageTests
from handrail.ledger.models import Entry
from handrail.records.drafts import Draft


class TestAnswersPage(CasePageTests):
    page = "cases:answers"
    colleague = hidden_from("second_officer", because="A draft is its author's alone.")
    other_force = UNKNOWN
    nobody = TO_SIGN_IN
    wrong_method = "DELETE"
    queries = SIGNED_IN | {
        "the draft, with its case": 1,
        "whether they work on the case": 1,
        "its deadlines, its follow-ups and what waits to be asked": 1,
        "possible matches that stand": 1,
        "the linked records, where they stand and what was decided": 1,
    }

    def arrange(self) -> None:
        draft = self.desk.draft
        draft.typed = typed_for(draft.pack, draft.pack.step_by_id[ASKED], self.case.force)
        draft.seen_version = self.case.version
        draft.save()

    def parts(self) -> list[Any]:
        return [self.desk.draft.pk]

    def test_it_shows_the_answers_and_takes_the_step(self) -> None:
        assert "Something said" in self.get().text
        led = self.post(seen_version=self.case.version)
        assert led.headers["Location"] == reverse("cases:case", args=[self.case.pk])
        assert Entry.objects.filter(chain=self.case.pk, act=ASKED).count() == 1

    def test_nothing_is_sent_while_an_answer_is_missing(self) -> None:
        Draft.objects.filter(pk=self.desk.draft.pk).update(typed={})
        assert self.post().status_code == 422
        assert not Entry.objects.filter(chain=self.case.pk, act=ASKED).exists()

    def test_no_line_of_the_markup_is_kept_among_the_answers_to_a_table(self) -> None:
        inner = [Part(label="By whom?", answer="Two\nlines", inner=())]
        part = Part(section=Part(id="searches"), answers=[Part(label="Which?", name="which", inner=inner)])
        macro = '{% from "cases/parts.html" import answer_rows %}{{ answer_rows(part, address) }}'
        page = engines["jinja2"].from_string(macro).render({"part": part, "address": lambda *_: "/"})
        assert 'class="handrail-prose">Two\nlines</dd>' in page
        assert page.count("handrail-prose") == 1
