"""What Handrail refuses to every user: the tests behind docs/will-not-do.md that fit no other file."""

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app
from pydantic import ValidationError

from handrail.access.pages import pages
from handrail.cases.models import Case
from handrail.cases.pages.lists import FOUND, labels
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.govuk.paging import PAGE
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Meaning, Question
from handrail.records.packs import current_pack

ROOT = Path(__file__).resolve().parents[1]
LISTS = ("cases:list", "cases:referrals", "cases:checks")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


# Score or rank people

# Every number that a table of any room keeps, and what it counts. None says how dangerous, vulnerable or
# likely anybody is; a new one has to say here what it is. A name may be a pattern.
NUMBERS = {
    "*.version": "how often it changed",
    "*.number": "an entry",
    "*.level": "how far its readers have to be vetted",
    "*.pending_number": "the entry that waits for sign-off",
    "*.threat_number": "the entry in which somebody stated a threat",
    "*.ended_by": "the entry that says that it holds no more",
    "*.seen_version": "which version of it its author saw",
    "*.tries": "how often a code was tried, or a letter sent",
    "cases_draft.about": "the entry that it answers",
    "documents_document.size": "bytes",
    "ledger_chain.length": "entries",
    "ledger_head.size": "entries that are sealed",
    "ledger_leaf.position": "the place of an entry among those that are sealed",
    "*.entry_id": "an entry",
    "notices_*.time": "which time something is told again",
    "notices_round.entry": "up to which entry the worker has read",
    "organisations_post.vetting": "how far somebody who works with Handrail is vetted",
    "question_sets_year.year": "the calendar year that a force answers for",
    "outside_passage.count": "requests in one minute, of whoever they come from",
    "subjects_subject.approximate_age": "years",
    "subjects_proposal.asked_number": "the entry that asks whether two records are of one person",
    "subjects_link.undone_number": "the entry that undoes a link of two records",
    "subjects_proposal.weight": "how alike two records are, and nothing of either; for a person to look at",
    "subjects_detail.wrong_by": "the entry that says of a detail that it is wrong",
    "subjects_key.key": "what a record is found by, hashed",
    "subjects_outline.keys": "what a record is found by, hashed",
}


def test_no_number_that_is_kept_of_people_is_a_score(db: None) -> None:
    kept = columns("numeric_precision IS NOT NULL OR udt_name ~ '^_(int|numeric|float)'")
    assert "subjects_proposal.weight" in kept
    unsaid = [name for name in kept if not any(fnmatchcase(name, known) for known in NUMBERS)]
    assert unsaid == [], "Say in NUMBERS of this file what these count; a score of people is kept nowhere."


def columns(condition: str) -> list[str]:
    """Return the columns of the tables of every room that fulfil a condition, as `table.column`.

    Copies of rows for their history are left out, and keys that count rows.
    """
    rooms = {model._meta.db_table for model in apps.get_models() if model.__module__.startswith("handrail.")}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, table_name || '.' || column_name FROM information_schema.columns"
            f" WHERE table_schema = 'public' AND ({condition}) AND column_name NOT IN ('id', 'pgh_id')"
            " AND table_name !~ 'event$' ORDER BY 1, 2"
        )
        return [column for table, column in cursor.fetchall() if table in rooms]


# What orders rows by something else than a day, a name or an id, and what that is.
ORDERS = {
    "number": "entries as they came",
    "year": "the answers of a force, the latest year first",
    "position": "leaves as they were sealed",
    "level": "markings, the strictest first",
    "weight": "possible matches, the likest first",
    "strong": "possible matches, the likest first",
    "is_threat": "stated threats first",
    "place": "what is due, by the clock first",
}
SUMS = re.compile(
    r"score|risk|points|rank|danger|vulnerab|likelihood|ethnic|gender|relig|ideolog|belief|concern(?!ed)"
)


def test_lists_are_in_the_order_of_days_or_names_and_of_nothing_else() -> None:
    """What every room orders by: nothing that says who somebody is, and no number that is not known here."""
    numbers = {
        field.name
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.IntegerField | models.FloatField | models.DecimalField)
        and not field.primary_key
    }
    orders = set(orders_of_every_room())
    assert {"received_on", "opened_on", "weight"} <= orders
    assert sorted(orders & numbers - {*ORDERS, "id"}) == [], "Say in ORDERS what these numbers count."
    assert [name for name in orders if SUMS.search(name)] == []


def orders_of_every_room() -> Iterator[str]:
    """Yield the fields by which queries of any room are ordered, by their own names."""
    for call in calls_of_every_room("order_by", "F"):
        for name in ast.walk(call):
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                yield name.value.removeprefix("-").rpartition("__")[2]


def calls_of_every_room(*names: str) -> Iterator[ast.Call]:
    """Yield the calls of functions of these names in the code of every room."""
    for call in calls():
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if called in names:
            yield call


@cache
def calls() -> list[ast.Call]:
    modules = [p for p in ROOT.glob("handrail/**/*.py") if not {"tests", "migrations"} & set(p.parts)]
    nodes = (node for path in modules for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return [node for node in nodes if isinstance(node, ast.Call)]


# The questions outside any policy: what their numbers count.
ASKED_NUMBERS = {"number": "how many cases are drawn for an inspector"}


def test_no_form_of_any_room_asks_for_a_score_or_by_who_somebody_is() -> None:
    """Forms that stand in code: those of a policy are read below."""
    asked = [
        {word.arg: ast.unparse(word.value) for word in c.keywords} for c in calls_of_every_room("Question")
    ]
    assert len(asked) >= 20
    numbers = {ast.literal_eval(words["id"]) for words in asked if words.get("kind") == "Kind.NUMBER"}
    assert numbers - set(ASKED_NUMBERS) == set(), "Say in ASKED_NUMBERS what these count."
    for words in asked:
        assert not SUMS.search(" ".join(words.get(word, "") for word in ("id", "label", "codes", "means"))), (
            words
        )


def test_no_answer_of_a_policy_can_carry_points() -> None:
    for more in ("score", "points", "weight", "value", "rank"):
        with pytest.raises(ValidationError):
            Code.model_validate({"id": "a", "label": "A", more: 3})
    of_forces = {asked.form for asked in current_pack().question_sets}  # counts of a year, of nobody
    forms = [form for form in current_pack().forms if form.id not in of_forces]
    numbers = [q for form in forms for q in every_question(form.questions.values())]
    assert {q.means for q in numbers if q.kind is Kind.NUMBER} == {Meaning.APPROXIMATE_AGE, Meaning.AGED}


def every_question(questions: Iterable[Question]) -> Iterator[Question]:
    """Yield the questions, and the inner questions asked for each of several items."""
    for question in questions:
        yield question
        yield from every_question(question.ask)


# List people by belief, ethnicity or ideology

# The columns on beliefs and identity of a person. A new column needs a reason.
WHO_SOMEBODY_IS = {"cases_referral.concern", "subjects_subject.ethnicity", "subjects_subject.gender"}
EVERY_PAGE = [page.name for page in pages() if "<" not in page.route]


def test_what_somebody_is_said_to_believe_is_kept_in_one_place(db: None) -> None:
    found = set(columns("column_name ~ 'ethnic|gender|relig|ideolog|belief|concern'"))
    assert sorted(found - WHO_SOMEBODY_IS) == [], "Why is this kept? Give the reason beside WHO_SOMEBODY_IS."
    assert found >= WHO_SOMEBODY_IS


def answers_about_people() -> dict[str, str]:
    """Return the ids of answers on the identity or the beliefs of a person.

    Answers that also describe the source of a referral, such as “other”, are left out.
    """
    of_people = {**labels(Meaning.CONCERN), **labels(Meaning.ETHNICITY), **labels(Meaning.GENDER)}
    of_sender = labels(Meaning.SECTOR)
    apart = {key: label for key, label in of_people.items() if label not in of_sender.values()}
    return {key: label for key, label in apart.items() if key not in of_sender}


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_no_page_narrows_or_sorts_or_labels_people_by_who_they_are(cast: Cast, name: str) -> None:
    answers = answers_about_people()
    assert {"female", "male", "islamist", "right-wing"} <= set(answers)
    refer(cast, gender="female", **{"concern-type": "islamist"})
    for client in map(client_of, (cast.supervisor, cast.nation, cast.force_administrator)):
        page = client.get(reverse(name))
        if page.status_code != HTTPStatus.OK:
            continue
        bare = plain(page)
        for value in ("female", "islamist"):
            assert plain(client.get(reverse(name), dict.fromkeys(BY_WHO_THEY_ARE, value))) == bare, value
        assert set(re.findall(r'value="([^"]*)"', bare)).isdisjoint(answers)
        said = [label for label in answers.values() if f">{label}<" in bare]
        assert not said or name == "web:policy"  # which shows every list of the policy, and nobody


BY_WHO_THEY_ARE = (
    "order",
    "gender",
    "ethnicity",
    "subject__ethnicity",
    "religion",
    "ideology",
    "belief",
    "concern",
    "concern-type",
)


def test_a_search_for_a_belief_finds_nobody(cast: Cast) -> None:
    refer(cast, **{"concern-type": "islamist", "family-name": "Something"})
    client = client_of(cast.supervisor)
    assert "1 case found" in client.post(reverse("cases:find"), {"words": "Something"}).content.decode()
    for words in ("islamist", "Islamist", "right-wing", "mixed"):
        page = client.post(reverse("cases:find"), {"words": words}).content.decode()
        assert "No cases found" in page


def plain(response: Any) -> str:
    """The page without what differs from one visit to the next."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


# Decide by itself


def test_the_worker_knows_no_act_on_a_case() -> None:
    """What runs without a person imports nothing that changes a case or writes an entry about one."""
    acts = {"actions", "record", "writing", "restricting", "sharing", "sampling", "summarising", "opening"}
    modules = sorted(ROOT.glob("handrail/**/tasks.py"))
    assert len(modules) >= 4
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("handrail.cases"):
                taken = {str(node.module).rpartition(".")[2], *(alias.name for alias in node.names)}
                assert not taken & acts, f"{module.relative_to(ROOT)} may change a case by itself"


@pytest.mark.django_db(transaction=True)
def test_nothing_happens_to_a_case_that_nobody_looks_after_for_years() -> None:
    case = refer(make_cast())
    long_ago = timezone.localdate() - timedelta(days=2_000)
    case.deadlines.update(due=long_ago)
    Case.objects.filter(pk=case.pk).update(next_due=long_ago, opened_on=long_ago, stage_since=long_ago)
    before = everything_about(case)
    done = [task.func(0) for name, task in sorted(app.tasks.items()) if name in BY_THE_CLOCK]
    assert len(done) == len(BY_THE_CLOCK)
    assert everything_about(case) == before


# What runs by the clock on rows of this room.
BY_THE_CLOCK = {
    "cases.forget-drafts",
    "cases.look-beyond",
    "outside.forget-passages",
}


def everything_about(case: Case) -> list[Any]:
    rows = Case.objects.filter(pk=case.pk).values(), case.deadlines.order_by("pk").values()
    return [*map(list, rows), list(Entry.objects.filter(chain=case.pk).values("number", "act", "hash"))]


# Hand out records in bulk


def test_no_page_shows_more_than_fifty_people_at_once(cast: Cast) -> None:
    for number in range(FOUND + 5):
        refer(cast, **{"given-name": "Quillon", "family-name": f"Zz{number:03}"})
    client = client_of(cast.supervisor)
    pages = {name: client.get(reverse(name)).content.decode() for name in ("web:home", *LISTS)}
    pages["cases:find"] = client.post(reverse("cases:find"), {"words": "Quillon"}).content.decode()
    shown = {name: len(set(re.findall(r"Quillon Zz\d{3}", page))) for name, page in pages.items()}
    assert shown["cases:list"] == shown["cases:referrals"] == PAGE
    assert shown["cases:find"] == FOUND
    assert max(shown.values()) == FOUND


def test_no_page_of_cases_hands_out_a_file_or_data_for_a_machine(cast: Cast) -> None:
    case = refer(cast)
    client = client_of(cast.supervisor)
    for name in (*LISTS, "web:home", "cases:find", "cases:case", "cases:access", "cases:summaries"):
        about = [case.pk] if name in {"cases:case", "cases:access", "cases:summaries"} else []
        for asked in ({}, {"format": "csv"}, {"export": "yes"}):
            response = client.get(reverse(name, args=about), asked, headers={"accept": "application/json"})
            assert response.headers["Content-Type"] == "text/html; charset=utf-8", name
            assert "Content-Disposition" not in response.headers
