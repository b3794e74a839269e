"""What was shown is what the log says: no look without its line, and no line without its look."""

import random
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from handrail.access.audience import Audience
from handrail.access.models import Reading, Verb
from handrail.access.pages import pages
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.organisations.models import Person

LISTS = ("web:home", "cases:list", "cases:referrals")
ABOUT: dict[str, list[Any]] = {
    "cases:case": [],
    "cases:entry": [1],
    "cases:begin": ["ask-for-information"],
    "cases:access": [],
    "cases:summaries": [],
}
NAMED = re.compile(r"Qanary\d+")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def cases(cast: Cast) -> dict[str, UUID]:
    """Cases by the name that stands on a page where it is shown; of different owners, one restricted."""
    planted = {}
    for number in range(6):
        case = refer(cast, **{"given-name": f"Qanary{number}", "family-name": "Ore"})
        owner = (cast.officer, cast.second_officer)[number % 2]
        Case.objects.filter(pk=case.pk).update(owner=owner, allocated=number < 4, restricted=number == 5)
        planted[f"Qanary{number}"] = case.pk
    return planted


@pytest.mark.parametrize("reads", [100, pytest.param(300, marks=pytest.mark.whole)])
def test_reads_leave_the_lines_of_what_they_showed_and_no_other(
    cast: Cast, cases: dict[str, UUID], reads: int
) -> None:
    chance = random.Random(20261126)
    people = (cast.officer, cast.second_officer, cast.supervisor, cast.fimu, cast.lead, cast.stranger)
    clients = {person.pk: client_of(person) for person in people}
    kinds = dict.fromkeys(Verb, 0)
    for _ in range(reads):
        person = chance.choice(people)
        before = last_line()
        expected, body = read(clients[person.pk], chance, list(cases.values()))
        shown = {cases[name] for name in NAMED.findall(body)}
        lines = list(Reading.objects.filter(pk__gt=before).order_by("pk"))
        assert [line.person for line in lines] == [person.pk] * len(lines)
        assert sorted(record for line in lines for record in line.records) == sorted(shown)
        if shown or expected is Verb.SEARCHED:
            # A page about one case may name others in a list, such as earlier referrals
            assert [line.verb for line in lines] in ([expected], [expected, Verb.LISTED])
            kinds[expected] += 1
        else:
            assert lines == []
    assert all(kinds[verb] > reads / 20 for verb in (Verb.CONSULTED, Verb.LISTED, Verb.SEARCHED)), kinds


def read(client: Client, chance: random.Random, cases: list[UUID]) -> tuple[Verb, str]:
    """Ask for something; the verb by which a line should say so, and what came."""
    name = chance.choice((*LISTS, *ABOUT, "cases:find"))
    if name == "cases:find":
        words = chance.choice(("Qanary1 Ore", "Ore", "Nobody"))
        return Verb.SEARCHED, text(client.post(reverse(name), {"words": words}))
    if name in LISTS:
        return Verb.LISTED, text(client.get(reverse(name)))
    return Verb.CONSULTED, text(client.get(reverse(name, args=[chance.choice(cases), *ABOUT[name]])))


def text(response: Any) -> str:
    """What is shown; what was typed comes back in an input and shows nothing of a record."""
    return re.sub(r"<input[^>]*>", "", response.content.decode())


def last_line() -> int:
    return Reading.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_line_names_every_page_that_can_show_a_case_in_words() -> None:
    showing = {Audience.CASE_READERS, Audience.CASE_WORKERS, Audience.INVITERS, Audience.REVIEWERS}
    unnamed = {page.name for page in pages() if page.audience in showing and not page.logged_as}
    assert unnamed == set(), "Say with `@page(..., logged_as=...)` how a line of the log calls these pages."
