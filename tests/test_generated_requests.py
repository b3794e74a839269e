"""Requests made at random from what the pages offer and what a keyboard or a program may send: none fails.

Each walk has a seed, so that a failure comes again. `make test-all` makes 60,000 requests.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from handrail.access.pages import Page, pages
from handrail.organisations.models import Person
from tests.test_every_url import World, address_of, world, world_as_made
from tests.test_odd_values import BROKEN, HUGE, NOBODY, Inputs
from tests.visitors import visitor

__all__ = ["world", "world_as_made"]

METHODS = ("GET", "GET", "GET", "POST", "POST", "POST", "POST", "HEAD", "PUT", "OPTIONS")
ODD = (
    *("", " ", "x", "0", "-1", "1e9", "NaN", "2147483648", "9223372036854775808", HUGE, "9" * 5000, "\u0663"),
    *("a\x00b", "a" * 70_000, "\ud7ff\U0001f469\u200d", "\u202e", "%00", "%s", "{0}", "{{7*7}}", "${7}"),
    *("' OR 1=1 --", '"><script>', "../../etc/passwd", "\\\\host\\share", "foo", "//elsewhere.example/"),
    *("31", "13", "0000", "99999", "2026-02-30", "24:00", "[]", "{}", "null", "true", "=1+1", NOBODY),
)
SAMPLE, EACH, WALKS = 300, 4_000, 15


@dataclass(frozen=True, slots=True)
class Offered:
    """A page, an address of it, and the inputs that its forms offer, by their name."""

    page: Page
    address: str
    inputs: dict[str, str]


def offered(client: Client, world: World) -> list[Offered]:
    """Return every page with the inputs that this client is offered on it."""
    _, case, draft = world
    found = []
    for page in pages():
        address = address_of(page.name, case, draft)
        response = sent(client, "GET", address, {})
        is_page = response.status_code == 200 and "html" in response.headers["Content-Type"]
        forms = Inputs(response.text).forms if is_page else []
        found.append(
            Offered(page, address, {name: value for _, form in forms for name, value in form.items()})
        )
    return found


def sent(client: Client, method: str, address: str, data: dict[str, Any]) -> Any:
    """Send a request; what it does is taken back, and the client stays signed in."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        ask = client.get if method == "GET" else client.post
        response = ask(address, data) if method in {"GET", "POST"} else client.generic(method, address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def with_odd_part(random: Random, one: Offered) -> str:
    """Return the address of a page with one of its parts odd, where its pattern takes the value."""
    values: list[str | int] = [*ODD, 0, 2**31, 2**63]
    parts = dict(resolve(one.address).kwargs)
    if not parts:
        return one.address
    try:
        odd = {random.choice(sorted(parts)): random.choice(values)}
        return reverse(one.page.name, kwargs=parts | odd)
    except NoReverseMatch:
        return one.address


def data(random: Random, one: Offered, names: list[str]) -> dict[str, Any]:
    """Return what is sent: what the page offers, with some of it odd, doubled, missing or of elsewhere."""
    typed: dict[str, Any] = dict(one.inputs)
    for name in random.sample(names, k=random.randint(0, 3)) + random.sample(
        sorted(typed), k=min(len(typed), random.randint(0, 3))
    ):
        odd = random.choice(ODD)
        typed[name] = [odd, random.choice(ODD)] if random.random() < 0.2 else odd
    for name in random.sample(sorted(typed), k=min(len(typed), random.choice((0, 0, 1)))):
        del typed[name]
    return typed


def generated(random: Random, known: list[Offered], many: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield as many requests: method, address and data."""
    names = sorted({"next", "page", "order", "force", *(name for one in known for name in one.inputs)})
    for _ in range(many):
        one = random.choice(known)
        address = with_odd_part(random, one) if random.random() < 0.3 else one.address
        yield random.choice(METHODS), address, data(random, one, names)


def people(world: World) -> list[Person | None]:
    cast = world[0]
    return [cast.officer, cast.supervisor, cast.chair, cast.nation, cast.administrator, cast.auditor, None]


@pytest.mark.parametrize(
    ("seed", "many"),
    [(0, SAMPLE), *(pytest.param(seed, EACH, marks=pytest.mark.whole) for seed in range(1, WALKS + 1))],
)
def test_no_generated_request_fails(world: World, seed: int, many: int) -> None:
    random = Random(seed)
    everybody = people(world)
    client = visitor(everybody[seed % len(everybody)])
    known = offered(client, world)
    assert sum(bool(one.inputs) for one in known) > 2, "The forms of the pages are not found any more."
    failed = [
        f"{method} {address[:200]} { {name: str(value)[:60] for name, value in typed.items()} }"
        for method, address, typed in generated(random, known, many)
        if sent(client, method, address, typed).status_code >= BROKEN
    ]
    assert failed == []
