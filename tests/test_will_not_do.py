"""What Handrail will not do, whoever asks: the tests behind docs/will-not-do.md that no other page needed."""

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app
from pydantic import ValidationError

from handrail.cases.models import Case
from handrail.cases.packs import current_pack
from handrail.cases.pages.lists import CASE_ORDERS, FOUND, REFERRAL_ORDERS, labels
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.govuk.paging import PAGE
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Meaning, Question

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

# Every kind of number that the rooms of cases and subjects keep, and what it counts. None says how dangerous,
# vulnerable or likely anybody is; a new one has to say here what it is.
NUMBERS = {
    "version": "how often it changed",
    "seen_version": "which version of it its author saw",
    "number": "an entry",
    "pending_number": "the entry that waits for sign-off",
    "threat_number": "the entry in which somebody stated a threat",
    "about": "the entry that it answers",
    "level": "how far its readers have to be vetted",
    "approximate_age": "years",
    "asked_number": "the entry that asks whether two records are of one person",
    "undone_number": "the entry that undoes a link of two records",
    "weight": "how alike two records are, and nothing of either; for a person to look at",
    "wrong_by": "the entry that says of a detail that it is wrong",
    "ended_by": "the entry that says of a detail that it holds no more",
    "key": "what a record is found by, hashed",
}


@pytest.mark.django_db
def test_no_number_that_is_kept_of_people_is_a_score() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name ~ '^(cases|subjects)_' AND table_name !~ 'event$'"
            " AND data_type IN ('smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision')"
            " AND column_name <> 'id'"
        )
        kept = {name for (name,) in cursor.fetchall()}
    assert kept - set(NUMBERS) == set(), "Say in NUMBERS what these count; a score of people is kept nowhere."


def test_lists_are_in_the_order_of_days_or_names_and_of_nothing_else() -> None:
    orders = {
        getattr(order.expression, "name", "something worked out")
        for order in (*(one for orders in CASE_ORDERS.values() for one in orders), *REFERRAL_ORDERS.values())
    }
    assert orders == {"threat_due_at", "next_due", "opened_on", "subject__sort_key", "received_on"}


def test_no_answer_of_a_policy_can_carry_points() -> None:
    for more in ("score", "points", "weight", "value", "rank"):
        with pytest.raises(ValidationError):
            Code.model_validate({"id": "a", "label": "A", more: 3})
    numbers = [q for form in current_pack().forms for q in every_question(form.questions.values())]
    assert {q.means for q in numbers if q.kind is Kind.NUMBER} == {Meaning.APPROXIMATE_AGE, Meaning.AGED}


def every_question(questions: Iterable[Question]) -> Iterator[Question]:
    """The questions, and those that they ask about each of several things."""
    for question in questions:
        yield question
        yield from every_question(question.ask)


# List people by belief, ethnicity or ideology; for belief see handrail/cases/tests/test_no_list_by_belief.py


def answers_about_people() -> dict[str, str]:
    """The answers that say who somebody is, by their ids.

    Those that say as much about where a referral came from, such as “other”, are left out.
    """
    of_people = {**labels(Meaning.ETHNICITY), **labels(Meaning.GENDER)}
    of_sender = labels(Meaning.SECTOR)
    apart = {key: label for key, label in of_people.items() if label not in of_sender.values()}
    return {key: label for key, label in apart.items() if key not in of_sender}


@pytest.mark.parametrize("name", ["cases:list", "cases:referrals", "cases:checks", "web:home"])
def test_no_page_narrows_or_sorts_people_by_who_they_are(cast: Cast, name: str) -> None:
    answers = answers_about_people()
    assert {"female", "male"} <= set(answers)
    refer(cast, gender="female")
    client = client_of(cast.supervisor)
    bare = plain(client.get(reverse(name)))
    for asked in ("ethnicity", "gender", "subject__ethnicity", "religion", "ideology"):
        for value in ("female", "male", "islamist"):
            assert plain(client.get(reverse(name), {asked: value, "order": asked})) == bare, (asked, value)
    offered = set(re.findall(r'<option value="([^"]*)"', bare))
    assert offered.isdisjoint(answers)
    assert [label for label in answers.values() if f">{label}<" in bare] == []


def test_a_search_for_a_belief_finds_nobody(cast: Cast) -> None:
    refer(cast, **{"concern-type": "islamist", "family-name": "Something"})
    client = client_of(cast.supervisor)
    assert "1 case found" in client.post(reverse("cases:find"), {"words": "Something"}).content.decode()
    for words in ("islamist", "Islamist", "right-wing", "mixed"):
        page = client.post(reverse("cases:find"), {"words": words}).content.decode()
        assert "No case that you may see was found" in page


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
    "handrail.cases.tasks.forget_drafts",
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
