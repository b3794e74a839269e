"""A case that somebody may not see is like one that does not exist: same answer, same work, same time."""

import re
from collections.abc import Callable
from statistics import median
from time import process_time
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

PAIRS = 60
SAME_TIME = 0.005  # seconds
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
def test_what_is_hidden_takes_as_long_as_what_is_not_there(cast: Cast, way: str) -> None:
    person, case = HIDDEN[way](cast)
    client = client_of(person)
    times: dict[str, list[float]] = {"hidden": [], "absent": []}
    for turn in range(PAIRS):
        pair = [("hidden", case.pk), ("absent", uuid4())]
        for kind, key in pair if turn % 2 else reversed(pair):
            times[kind].append(took(client, key))
    assert abs(median(times["hidden"]) - median(times["absent"])) < SAME_TIME


def took(client: Client, key: Any) -> float:
    """Processor time of ours: by the clock it would be compared how busy the machine is with other things.

    What the database does is the same statements, as the test before this says.
    """
    begin = process_time()
    client.get(reverse("cases:case", args=[key]))
    return process_time() - begin
