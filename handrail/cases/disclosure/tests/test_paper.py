"""A case on paper says what its reader may see, is marked, logged and accessible, and takes text as typed."""

import io
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import OperationalError
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from handrail.access import context, reading
from handrail.access.models import Reading, Verb
from handrail.cases.case_access.restrictions import restrict
from handrail.cases.disclosure.paper import blocks, printing
from handrail.cases.disclosure.paper.blocks import Paper
from handrail.cases.disclosure.paper.signs import SHAPELESS, all_legible, held, legible
from handrail.cases.disclosure.tests.test_sharing import invited
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.tests.staff import again, client_of
from handrail.cases.timeline.tests.test_marking import mark, vet, with_secret
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.records.packs import current_pack
from handrail.sign_in.proof import PROOF

SECRET = "Zirconium"
FAR = date(2099, 1, 1)
MARKUP = (
    '#let x = 1 *b* _i_ $y$ @ref <l> // c /* d */ `r` \\u{41} = h ~ -- "q" #eval("1") #include "/etc/passwd"'
)
PRINTED_AT = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
BY = printing.Printing("Mo Lake", "Prevent officer", PRINTED_AT, "An inquest: Re Somebody", "The coroner")


def sheet(paper: str = "chronology", **given: str) -> dict[str, str]:
    return {"paper": paper, "purpose": "inquest", "reason": "Re Somebody", "recipient": "The coroner"} | given


def printed(person: Person, case: Case, paper: str = "chronology", **given: str) -> PdfReader:
    answer = client_of(person).post(reverse("cases:print", args=[case.pk]), sheet(paper, **given))
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{case.reference}-{paper}.pdf"'
    return PdfReader(io.BytesIO(answer.content))


def text_of(pdf: PdfReader) -> str:
    """The text in reading order, with one blank for every run of blanks and ends of lines."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def unspaced(text: str) -> str:
    return "".join(text.split())


def lines_of(case: Case) -> list[Reading]:
    return list(Reading.objects.filter(verb=Verb.PRINTED, records__contains=[case.pk]))


def set_alone(*parts: blocks.Block) -> PdfReader:
    paper = Paper("Timeline", "P-7K3M-Q9XW", current_pack().marking_of(None), [], list(parts))
    return PdfReader(io.BytesIO(printing.print_paper(paper, BY)))


def tags(node: Any) -> Iterator[str]:
    """Every tag of a document, in reading order."""
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, list):
        for one in node:
            yield from tags(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"])
        yield from tags(node.get("/K", []))


def test_the_chronology_tells_every_entry_in_order(cast: Cast) -> None:
    case = with_secret(cast)
    text = text_of(printed(cast.officer, case))
    first, second = (f"{n}. {case.pack.step_by_id[id_].title}" for n, id_ in CHRONOLOGY)
    assert 0 < text.index(first) < text.index(second)
    for expected in (
        "Happened",
        "Recorded",
        cast.officer.name,
        cast.fimu.name,
        SECRET,
        "Reasons",
        "Something said",
    ):
        assert expected in text
    assert case.called in text


CHRONOLOGY = ((1, "police-referral"), (2, "information-assessment"))


def test_the_answers_can_be_left_out(cast: Cast) -> None:
    case = with_secret(cast)
    text = text_of(printed(cast.officer, case, "entries"))
    assert SECRET not in text
    assert "2. Information assessment" in text


def test_the_summary_says_where_a_case_stands_and_why(cast: Cast) -> None:
    case = with_secret(cast)
    text = text_of(printed(cast.officer, case, "summary"))
    case.refresh_from_db()
    for expected in (
        case.called, case.stage.title, f"Owner {cast.officer.name}", case.force.name, "Route so far",
        "Last decisions",
        "2. Information assessment: ", "Gateway assessment", "Not due yet", "No plan is recorded.",
    ):  # fmt: skip
        assert expected in text, expected


def test_what_is_late_says_so(cast: Cast) -> None:
    case = with_secret(cast)
    case.deadlines.running().update(due=date(2020, 1, 1))
    assert "days overdue" in text_of(printed(cast.officer, case, "summary"))


def test_what_is_due_within_hours_is_printed_with_its_time(cast: Cast) -> None:
    case = refer(cast, "referral", harm="yes", **{"harm-described": "Will stab somebody."})
    assert case.threat_due_at
    due = timezone.localtime(case.threat_due_at)
    text = unspaced(text_of(printed(cast.supervisor, case, "summary")))
    assert unspaced(f"{due:%-d %B %Y at %H:%M}") in text
    assert "Notlateyet" in text
    Case.objects.filter(pk=case.pk).update(threat_due_at=due - timedelta(days=1))
    case.refresh_from_db()
    assert "Notlateyet" not in unspaced(text_of(printed(cast.supervisor, case, "summary")))


def test_each_page_is_marked_numbered_and_says_who_printed_it(cast: Cast) -> None:
    case = refer(cast, **{"what-happened": "\n".join(f"Line {n}" for n in range(150))})
    pdf = printed(cast.officer, case)
    assert len(pdf.pages) > 2
    for number, page in enumerate(pdf.pages, 1):
        text = page.extract_text()
        assert text.count("OFFICIAL-SENSITIVE") >= 2
        assert case.reference in text
        assert f"Page {number} of {len(pdf.pages)}" in text
        assert f"Printed by {cast.officer.name}" in text
        if number > 1:
            assert case.called not in text
    first = pdf.pages[0].extract_text()
    assert case.marking.handling[:40] in " ".join(first.split())
    assert "The coroner" in first


def test_the_file_is_accessible_as_far_as_a_machine_can_tell(cast: Cast) -> None:
    pdf = printed(cast.officer, with_secret(cast), "summary")
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]) == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata
    assert (pdf.metadata.title or "").startswith("Case summary, P-")
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    found = list(tags(root["/StructTreeRoot"]))
    headings = [int(tag[2]) for tag in found if tag in {"/H1", "/H2", "/H3", "/H4", "/H5", "/H6"}]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(headings))
    assert {"/Table", "/TH", "/TD", "/L", "/LI", "/P"} <= set(found)


def test_nothing_that_names_somebody_stands_beside_the_text(cast: Cast) -> None:
    case = refer(cast)
    pdf = printed(cast.officer, case)
    beside = json.dumps({k: str(v) for k, v in (pdf.metadata or {}).items()})
    assert case.called not in beside


def test_markup_comes_out_as_it_was_typed(cast: Cast) -> None:
    case = refer(cast, **{"what-happened": MARKUP, "given-name": "#panic()", "family-name": "*Bold*_x_"})
    text = text_of(printed(cast.officer, case, reason=MARKUP, recipient='#read("/etc/passwd")'))
    assert unspaced(text).count(unspaced(MARKUP)) == 3  # why it is printed, on the card, and in its entry
    assert "#panic() *Bold*_x_" in text
    assert '#read("/etc/passwd")' in text
    assert "#panic() *Bold*_x_" in text_of(printed(cast.officer, case, "summary"))


def test_names_in_many_scripts_and_emoji_are_printed(cast: Cast) -> None:
    names = ("Ṣāliḥ Øyvind Łukasz", "Иван Їжак", "Αθηνά", "አማርኛ", "ქართული", "😀 👨‍👩‍👧", "█████ → ✓ ●")
    case = refer(cast, **{"what-happened": "\n".join(names)})
    text = text_of(printed(cast.officer, case))
    for name in names:
        assert name.replace("\u200d", "") in text.replace("\u200d", ""), name
    assert "[U+" not in text


def test_what_is_read_from_right_to_left_is_printed_so() -> None:
    pdf = set_alone(blocks.prose("قال محمد ثم ذهب\nLeft"))
    places: dict[str, float] = {}

    def visit(text: str, place: list[float], *_: Any) -> None:
        places.setdefault(text.strip(), place[4])

    pdf.pages[0].extract_text(visitor_text=visit)
    assert places["Left"] < 100
    assert places["قال"] > 450


def test_a_sign_without_type_stands_as_its_number_and_the_paper_says_so(cast: Cast) -> None:
    case = refer(cast, **{"what-happened": "Called 中文, \u202eback, \ue000."})
    text = text_of(printed(cast.officer, case))
    assert "Called [U+4E2D][U+6587], [U+202E]back, [U+E000]." in text
    assert printing.REPLACED in text


@settings(max_examples=4)
@given(st.lists(st.text(min_size=1, max_size=40), min_size=20, max_size=200))
def test_every_text_is_printed_one_way_or_the_other(texts: list[str]) -> None:
    for_each = ((blocks.heading(t, 2), blocks.facts((t, t)), blocks.prose(t)) for t in texts)
    assert set_alone(*(block for trio in for_each for block in trio)).pages


@given(st.text())
def test_what_is_legible_stays_as_it_is(text: str) -> None:
    assert held().issuperset(legible(text))
    assert all_legible([legible(text)]) == [legible(text)]


def test_every_sign_that_is_said_to_have_type_can_be_printed_in_light_and_in_bold() -> None:
    signs = " ".join(sorted(held() - SHAPELESS))
    assert len(held()) > 7000
    assert set_alone(blocks.prose(signs), blocks.heading(signs)).pages


def test_what_the_reader_is_not_vetted_for_is_withheld_from_the_paper_too(cast: Cast) -> None:
    case = with_secret(cast)
    Case.objects.filter(pk=case.pk).update(council=cast.council)
    chair = vet(cast.chair, Vetting.PARTNER, FAR)
    pdf = printed(chair, case)
    text = text_of(pdf)
    assert "Withheld: marked OFFICIAL-SENSITIVE – POLICE" in text
    assert f"Ask {cast.officer.name}, who owns the case." in text
    assert "1 entry is withheld" in text
    for paper in ("chronology", "summary", "entries"):
        said = text_of(printed(chair, case, paper))
        assert "earlier contacts" not in said.lower()
        assert "Relevant information" not in said
    assert "OFFICIAL-SENSITIVE – POLICE" not in pdf.pages[0].extract_text().split("\n")[0]


def test_the_paper_is_marked_as_the_highest_that_stands_on_it(cast: Cast) -> None:
    pdf = printed(cast.officer, with_secret(cast))
    assert all(page.extract_text().count("OFFICIAL-SENSITIVE – POLICE") >= 2 for page in pdf.pages)


def test_what_may_only_be_read_on_screen_is_not_printed(cast: Cast) -> None:
    case = with_secret(cast)
    vet(cast.supervisor, Vetting.MANAGEMENT, FAR)
    mark(case, 2, "official-sensitive-named", cast.supervisor)
    for paper in ("chronology", "summary", "entries"):
        text = text_of(printed(again(cast.supervisor), case, paper))
        assert "Not printed: marked OFFICIAL-SENSITIVE – NAMED OFFICERS" in text
        assert "1 entry is not printed because of the marking" in text
        assert "2. Information assessment: " not in text
        assert "earlier contacts" not in text.lower()


def test_the_outcome_of_a_sign_off_is_printed_for_those_alone_whom_its_marking_allows(cast: Cast) -> None:
    case = refer(cast, "police-referral", None)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="channel", council=str(cast.council.pk))
    signed = take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    step = case.pack.step_by_id["gateway-sign-off"]
    [outcome] = [one.title for one in step.outcomes if one.id == "agreed"]
    said, day = f"{step.title}: {outcome}", f"{signed.happened_at:%-d %B %Y}"
    papers = ("chronology", "summary")
    for paper in papers:
        assert f"Sign-off {said}, {day}" in text_of(printed(cast.officer, case, paper))
    vet(cast.supervisor, Vetting.MANAGEMENT, FAR)
    mark(case, signed.number, "official-sensitive-police", cast.supervisor)
    unvetted = vet(cast.officer, Vetting.PARTNER, FAR)
    assert all(said not in text_of(printed(unvetted, case, paper)) for paper in papers)
    mark(case, signed.number, "official-sensitive-named", cast.supervisor)
    for paper in papers:
        text = text_of(printed(again(cast.supervisor), case, paper))
        assert f"Sign-off {step.title}, {day}" in text
        assert said not in text


def test_a_case_that_may_only_be_read_on_screen_is_not_printed(cast: Cast) -> None:
    case = refer(cast)
    vet(cast.supervisor, Vetting.MANAGEMENT, FAR)
    mark(case, 0, "official-sensitive-named", cast.supervisor)
    answer = client_of(again(cast.supervisor)).post(reverse("cases:print", args=[case.pk]), sheet())
    assert answer.status_code == 403
    assert "nothing of it is printed" in answer.content.decode()
    assert not lines_of(case)


def test_what_is_printed_leaves_one_line_with_purpose_and_recipient(cast: Cast) -> None:
    case = refer(cast)
    printed(cast.officer, case)
    (line,) = lines_of(case)
    assert (line.person, line.records, line.page) == (cast.officer.pk, [case.pk], "cases:print")
    assert line.reason == "Timeline. An inquest or a public inquiry: Re Somebody"
    assert line.recipient == "The coroner"


def test_nothing_leaves_when_the_log_cannot_be_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case, write = refer(cast), reading._write

    def fail(line: tuple[Any, ...]) -> None:
        if line[2] == Verb.PRINTED:
            raise OperationalError
        write(line)

    monkeypatch.setattr(reading, "_write", fail)
    client = client_of(cast.officer)
    client.raise_request_exception = False
    answer = client.post(reverse("cases:print", args=[case.pk]), sheet())
    assert answer.status_code >= 500
    assert b"%PDF" not in answer.content


@pytest.mark.parametrize("missing", ["paper", "purpose", "reason"])
def test_no_paper_without_saying_what_for(cast: Cast, missing: str) -> None:
    case = refer(cast)
    answer = client_of(cast.officer).post(reverse("cases:print", args=[case.pk]), sheet(**{missing: ""}))
    assert answer.status_code == 422
    assert not lines_of(case)


def test_an_old_proof_is_asked_for_again_before_anything_is_printed(cast: Cast) -> None:
    case, client = refer(cast), client_of(cast.officer)
    session = client.session
    session[PROOF] = session[PROOF] | {"at": time.time() - 3600}
    session.save()
    answer = client.post(reverse("cases:print", args=[case.pk]), sheet())
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Re Somebody" in answer.content.decode()
    assert not lines_of(case)


def test_a_paper_that_takes_too_long_is_refused_in_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "SECONDS", 0.01)
    case = refer(cast)
    answer = client_of(cast.officer).post(reverse("cases:print", args=[case.pk]), sheet())
    assert answer.status_code == 422
    assert "may be too long" in answer.content.decode()
    assert not lines_of(case)


def test_the_case_page_leads_to_its_paper(cast: Cast) -> None:
    case = refer(cast)
    client: Client = client_of(cast.officer)
    assert (
        reverse("cases:print", args=[case.pk])
        in client.get(reverse("cases:case", args=[case.pk])).content.decode()
    )
    page = client.get(reverse("cases:print", args=[case.pk])).content.decode()
    labels = re.findall(r"<(?:label|legend)[^>]*>\s*([^<]+?)\s*<", page)
    assert labels.count("What is it for?") == 1
    assert len(labels) == len(set(labels))


def test_who_was_invited_to_a_part_gets_that_part_on_paper(cast: Cast) -> None:
    case = with_secret(cast)
    invited(case, cast.spoc, cast.supervisor, "gateway")
    spoc = again(cast.spoc)
    assert client_of(spoc).post(reverse("cases:print", args=[case.pk]), sheet("summary")).status_code == 422
    text = text_of(printed(spoc, case))
    assert "This paper shows only what was recorded at: Police gateway." in text
    for kept in (SECRET, "1. ", "2. ", "Route so far", f"Owner {cast.officer.name}"):
        assert kept not in text
    take(case, "gateway-assessment", cast.officer, outcome="channel")
    text = text_of(printed(again(cast.spoc), case))
    assert "3. Gateway assessment" in text
    assert cast.officer.name not in text


def test_a_restricted_case_is_printed_for_those_who_are_named_and_says_so(cast: Cast) -> None:
    case = refer(cast)
    by = again(cast.supervisor)
    with context.asking(by):
        restrict(case.pk, by=by, category=Category.POLICE_STAFF, reason="Because", named=[by])
    address = reverse("cases:print", args=[case.pk])
    assert client_of(again(cast.officer)).post(address, sheet()).status_code == 404
    assert "Only named people can see it" in text_of(printed(again(by), case))


def test_who_oversees_a_case_says_why_before_they_may_print_it(cast: Cast) -> None:
    case = refer(cast)
    answer = client_of(cast.nation).post(reverse("cases:print", args=[case.pk]), sheet())
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("cases:open", args=[case.pk])
    assert not lines_of(case)


def test_what_others_were_asked_stands_on_the_summary_unless_it_stays_on_screen(cast: Cast) -> None:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    asked = take(case, "action", cast.officer, owner=str(cast.mash.pk), what="Call the school")
    text = text_of(printed(again(cast.officer), case, "summary"))
    for expected in ("Open requests to others", ": Call the school", cast.mash.name, "Not accepted yet"):
        assert expected in text
    vet(cast.supervisor, Vetting.MANAGEMENT, FAR)
    mark(case, asked.number, "official-sensitive-named", cast.supervisor)
    text = text_of(printed(again(cast.supervisor), case, "summary"))
    assert "Open requests to others" in text
    assert "Call the school" not in text


def test_the_plan_stands_on_the_summary_with_its_last_review(cast: Cast) -> None:
    """The steps that the pack names, the newest of each."""
    case = refer(cast)
    take(case, "information-assessment", cast.fimu, outcome="relevant-information")
    plan = case.pack.step_by_id["police-led-plan"]
    Case.objects.filter(pk=case.pk).update(stage_id="police-led", owner=cast.officer, allocated=True)
    take(case, plan.id, cast.officer)
    text = text_of(printed(cast.officer, case, "summary"))
    assert f"3. {plan.title}" in text
    assert "No plan is recorded." not in text
