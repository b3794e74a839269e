"""A case that a user must not see is like one that does not exist: equal answer, equal work."""

import re
import sys
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.organisations.models import Person
from tests.test_matrix import plain

FEW = 20  # calls, of some ten thousand
ABOUT: dict[str, list[Any]] = {"cases:case": [], "cases:open": [], "cases:entry": [1], "cases:access": []}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def of_another_force(cast: Cast) -> tuple[Person, Case]:
    return cast.stranger, refer(cast)


def restricted(cast: Cast) -> tuple[Person, Case]:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    return cast.supervisor, case


HIDDEN: dict[str, Callable[[Cast], tuple[Person, Case]]] = {
    "of another force": of_another_force,
    "restricted": restricted,
}


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("name", ABOUT)
@pytest.mark.parametrize("way", HIDDEN)
def test_what_is_hidden_gets_the_answer_and_the_work_of_what_is_not_there(
    cast: Cast, way: str, name: str
) -> None:
    person, case = HIDDEN[way](cast)
    client = client_of(person)
    client.get(reverse(name, args=[uuid4(), *ABOUT[name]]))  # statements are made once; from here on they are
    found = []
    for key in (case.pk, uuid4()):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(reverse(name, args=[key, *ABOUT[name]]))
        assert answer.status_code == 404
        found.append((plain(answer), [statement(query, key) for query in asked]))
    assert found[0] == found[1]


def statement(query: dict[str, str], key: Any) -> str:
    """A statement without what it is about and when it is asked."""
    return re.sub(r"'[^']*'|s\d+_x\d+", "…", query["sql"].replace(str(key), "…"))


@pytest.mark.parametrize("way", HIDDEN)
def test_what_is_hidden_takes_the_steps_that_what_is_not_there_takes(cast: Cast, way: str) -> None:
    """Counted and not timed: a clock would tell how busy the machine is with other things."""
    person, case = HIDDEN[way](cast)
    client = client_of(person)
    for key in (case.pk, uuid4()):  # what is remembered between requests is remembered from here on
        steps(client, key)
    assert abs(steps(client, case.pk) - steps(client, uuid4())) < FEW


def steps(client: Client, key: Any) -> int:
    """Return how many Python functions a page calls. The test before compares the database's work."""
    called = 0

    def count(frame: Any, event: str, given: Any) -> None:
        nonlocal called
        called += event == "call"

    sys.setprofile(count)
    try:
        client.get(reverse("cases:case", args=[key]))
    finally:
        sys.setprofile(None)
    return called
