"""Odd values in addresses and forms are refused in words: no page fails over what is typed or forged."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, resolve, reverse

from handrail.access.pages import Page, pages
from handrail.organisations.models import Person
from tests.test_every_url import World, address_of, world, world_as_made
from tests.visitors import visitor

__all__ = ["world", "world_as_made"]

BROKEN = 500
HUGE = "9" * 30
NOBODY = "00000000-0000-4000-8000-000000000000"
ODD = ("", "x", "-1", HUGE, "2147483648", "9" * 5000, "\u0663", "a\x00b", NOBODY, "person-x")
NUMBERS = (0, 2**31, 2**63, 10**30)
TEXTS = ("x", "a" * 300, "0", "..", "\u0663")


class Inputs(HTMLParser):
    """The inputs of each form of a page that is sent by POST, with a value that the page offers or takes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self._is_open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_open = given.get("method") == "post"
            if self._is_open:
                self.forms.append((given.get("action", ""), {}))
        if not self._is_open:
            return
        name = given.get("name", "")
        if tag in {"input", "textarea", "button"} and name:
            self.forms[-1][1].setdefault(name, given.get("value") or usual(name))
        if tag == "select":
            self._select = name
        if tag == "option":
            self.forms[-1][1].setdefault(self._select, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self._is_open = self._is_open and tag != "form"


def usual(name: str) -> str:
    """Return what somebody types into an input of this name: part of a date that is whole, or words."""
    return {"day": "1", "month": "2", "year": "2026"}.get(name.rpartition("-")[2], "Words")


def odd_addresses(page: Page, world: World) -> Iterator[str]:
    """Yield addresses of a page with one odd part each."""
    _, case, draft = world
    whole = address_of(page.name, case, draft)
    for part in page.parts:
        for odd in (*NUMBERS, *TEXTS):
            with_odd = reverse_with(page, whole, part, odd)
            if with_odd:
                yield with_odd


def reverse_with(page: Page, whole: str, part: str, odd: object) -> str:
    """Return the address with one part replaced; "" where its pattern does not admit the value."""
    parts: dict[str, Any] = dict(resolve(whole).kwargs)
    try:
        return reverse(page.name, kwargs=parts | {part: odd}) if part in parts else ""
    except NoReverseMatch:
        return ""


def people(world: World) -> list[Person]:
    cast = world[0]
    return [cast.supervisor, cast.officer, cast.chair, cast.nation, cast.administrator, cast.auditor]


def asked(person: Person, address: str, typed: dict[str, str] | None = None) -> Any:
    """Ask for a page, or send its form, in a session of its own; what that does is taken back."""
    with transaction.atomic():
        client = visitor(person)
        response = client.get(address) if typed is None else client.post(address, typed)
        transaction.set_rollback(True)
    return response


def broken(person: Person, address: str, typed: dict[str, str] | None = None) -> list[str]:
    """Return what to try again where a page failed."""
    failed = asked(person, address, typed).status_code >= BROKEN
    return [f"{person.name} {address} {typed}"] if failed else []


@pytest.mark.parametrize("who", [0, *(pytest.param(who, marks=pytest.mark.whole) for who in range(1, 6))])
def test_odd_parts_of_an_address_break_no_page(world: World, who: int) -> None:
    person = people(world)[who]
    addresses = [address for page in pages() for address in odd_addresses(page, world)]
    assert len(addresses) > 100
    assert [found for address in addresses for found in broken(person, address)] == []


@pytest.mark.whole
@pytest.mark.parametrize("who", range(6))
def test_odd_values_of_a_form_break_no_page(world: World, who: int) -> None:
    _, case, draft = world
    person = people(world)[who]
    found, tried = [], 0
    for page in pages():
        address = address_of(page.name, case, draft)
        response = asked(person, address)
        if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
            continue
        for action, inputs in Inputs(response.text).forms:
            for typed in odd_forms(inputs):
                tried += 1
                found += broken(person, action or address, typed)
    assert tried > 100
    assert found == []


def odd_forms(inputs: dict[str, str]) -> Iterator[dict[str, str]]:
    """Yield a form as sent empty, as offered, and with each input left out or odd."""
    yield {}
    yield inputs
    for name in inputs:
        yield {other: value for other, value in inputs.items() if other != name}
        for odd in ODD:
            yield inputs | {name: odd}
