"""A summary is redacted entry by entry, and nothing leaves that nobody looked at."""

import re
from typing import Any

import pytest
from django.urls import reverse

from handrail.cases.disclosure.redaction import BLOCK, MOST_PASSAGES, marked, parts_of
from handrail.cases.models import Case
from handrail.cases.models.summary import Redacted, Summary
from handrail.cases.tests.cast import Cast, refer
from handrail.cases.tests.staff import client_of, make_redaction

ENTRIES = (
    "1 May 2026: Referral.\nZebedee was at the mill. He carried a flag.",
    "2 May 2026: Note.\nHis mother rang.",
    "3 May 2026: Plan.\nA mentor meets him.",
)


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer)
    return case


class Form:
    """The form as a browser without script sends it: what its page holds, and what is typed."""

    def __init__(self, cast: Cast, summary: Summary) -> None:
        self.client = client_of(cast.officer)
        self.address = reverse("cases:redact", args=[summary.case_id, summary.pk])
        self.page: Any = self.client.get(self.address)
        assert self.page.status_code == 200

    @property
    def text(self) -> str:
        return str(self.page.text)

    def send(self, **typed: Any) -> str:
        sent: dict[str, list[str]] = {}
        hidden = r'<input type="hidden" name="([\w-]+)" value="([^"]*)"'
        ticked = r'name="(out)"\s+value="(\d+)"\s+checked'
        for name, value in re.findall(hidden, self.text) + re.findall(ticked, self.text):
            sent.setdefault(name, []).append(value)
        form = {"out": [], **sent}
        self.page = self.client.post(self.address, form | typed)
        return self.text

    def begin(self, words: str = "") -> str:
        return self.send(title="About Zebedee", words=words, marking="official-sensitive", go="1")


@pytest.fixture
def form(cast: Cast, case: Case) -> Form:
    return Form(cast, make_redaction(case, "\n\n".join(ENTRIES)).source)


def test_what_nobody_looked_at_is_not_shared_and_the_page_says_how_much_is_left(form: Form) -> None:
    assert "An entry that you do not look at is not shared." in form.text
    first = form.begin()
    assert "Zebedee was at the mill." in first
    assert "His mother rang." not in first
    assert "3 entries are still to look at." in first
    form.send(choice="share", go="2")
    last = form.send(go="4")
    assert "2 entries are still to look at. What you have not looked at is not shared." in last
    remains = last.partition("This would remain")[2].partition("</section>")[0]
    assert "Zebedee was at the mill." in remains
    assert "mother" not in remains
    assert "mentor" not in remains
    before = set(Redacted.objects.values_list("pk", flat=True))
    form.send(keep="yes")
    [made] = Redacted.objects.exclude(pk__in=before)
    assert made.text == f"{ENTRIES[0]}\n\n{BLOCK}"


def test_the_next_entry_comes_once_this_one_is_decided(form: Form) -> None:
    form.begin()
    asked = form.send(go="2")
    assert form.page.status_code == 422
    assert "Select whether this entry is shared" in asked
    assert "Zebedee was at the mill." in asked
    assert "His mother rang." in form.send(choice="leave", go="2")


def test_a_passage_and_a_word_are_taken_out_and_shown_as_such(form: Form) -> None:
    first = form.begin(words="Zebedee")
    assert "<del>Zebedee</del>" in first
    [flag] = re.findall(r'for="out-(\d+)">He carried', first)
    form.send(choice="share", out=[flag], go="2")
    form.send(choice="leave", go="3")
    last = form.send(choice="share", go="4")
    assert "You have looked at every entry." in last
    remains = last.partition("This would remain")[2].partition("</section>")[0]
    assert "was at the mill." in remains
    assert "A mentor meets him." in remains
    for taken in ("Zebedee", "flag", "mother"):
        assert taken not in remains


def test_what_was_decided_is_there_when_an_entry_is_looked_at_again(form: Form) -> None:
    [flag] = re.findall(r'for="out-(\d+)">He carried', form.begin())
    form.send(choice="share", out=[flag], go="2")
    again = form.send(choice="leave", go="1")
    assert re.search(rf'value="{flag}"\s+checked', again)
    assert re.search(r'value="share"\s+checked', again)
    form.send(choice="leave", out=[], go="4")
    assert "Nothing is shared yet." in form.text
    assert "Keep the redacted version" not in form.text
    count = Redacted.objects.count()
    form.send(keep="yes")
    assert Redacted.objects.count() == count


def test_what_is_wrong_on_the_first_page_is_mended_there(form: Form) -> None:
    form.send(title="", words="a", go="1")
    assert form.page.status_code == 422
    assert "Enter a title that the recipient may read" in form.text
    assert "too short to be found" in form.text
    form.begin()
    form.send(choice="share", go="4")
    form.send(title="", keep="yes")
    assert form.page.status_code == 422
    assert "Enter a title that the recipient may read" in form.text


def test_no_number_in_the_form_leads_beyond_it(form: Form) -> None:
    form.begin()
    for wild in ("9" * 5000, "-1", "99", "x"):
        for name in ("go", "at", "shared", "left", "out"):
            form.page = form.client.post(form.address, {"title": "T", name: wild})
            assert form.page.status_code in {200, 422}


def test_a_long_entry_goes_over_several_pages() -> None:
    said = "\n".join(f"Line {number}." for number in range(100))
    parts = parts_of(f"1 May 2026: Plan.\n{said}\n\n2 May 2026: Note.\nShort.")
    longer = ["1 May 2026: Plan. (continued)"] * (101 // MOST_PASSAGES)
    assert [part.heading for part in parts] == ["1 May 2026: Plan.", *longer, "2 May 2026: Note."]
    assert all(len(part.numbers) <= MOST_PASSAGES for part in parts)
    numbers = [number for part in parts for number in sorted(part.numbers)]
    assert numbers == list(range(1, 104))


def test_an_entry_that_goes_over_several_pages_is_counted_once(cast: Cast, case: Case) -> None:
    said = "\n".join(f"Line {number}." for number in range(2 * MOST_PASSAGES - 1))
    form = Form(cast, make_redaction(case, f"1 May 2026: Plan.\n{said}\n\n2 May 2026: Note.").source)
    assert "This summary has 2 entries." in " ".join(form.text.split())

    def counted() -> str:
        return " ".join(re.sub(r"<[^>]+>", " ", form.text).split())

    form.begin()
    assert "Entry 1 of 2, part 1 of 2. 2 entries are still to look at." in counted()
    assert "Save and go to the next part of this entry" in counted()
    form.send(choice="share", go="2")
    assert "Entry 1 of 2, part 2 of 2. 2 entries are still to look at." in counted()
    form.send(choice="leave", go="3")
    assert "Entry 2 of 2. 1 entry is still to look at." in counted()
    form.send(choice="leave", go="4")
    assert "1 of 2 entries is shared, 1 left out. You have looked at every entry." in counted()


def test_a_question_and_its_answer_are_one_passage(cast: Cast) -> None:
    case = refer(cast, **{"what-happened": "He shouted. He left."})
    Case.objects.filter(pk=case.pk).update(owner=cast.officer)
    page = reverse("cases:summaries", args=[case.pk])
    client_of(cast.officer).post(page, {"title": "All", "entry": ["1"]})
    lines = [line for part in parts_of(Summary.objects.get(case=case).text) for line in part.lines]
    [line] = [line for line in lines if "He shouted." in line[0][1]]
    [question, rest] = [passage for _, passage in line]
    assert question.endswith("?\N{NO-BREAK SPACE}He shouted.")
    assert rest == "He left."


def test_the_words_that_go_are_marked_where_they_stand() -> None:
    assert [token for token, is_out in marked("Ali saw Ali’s aunt", ["Ali"]) if is_out] == ["Ali", "Ali’s"]


def test_a_summary_has_blank_lines_between_its_entries_alone(cast: Cast) -> None:
    case = refer(cast, **{"what-happened": "First line.\n\n\nSecond line."})
    Case.objects.filter(pk=case.pk).update(owner=cast.officer)
    page = reverse("cases:summaries", args=[case.pk])
    client_of(cast.officer).post(page, {"title": "All", "entry": ["1"]})
    text = Summary.objects.get(case=case).text
    assert "First line.\nSecond line." in text
    assert "\n\n" not in text
