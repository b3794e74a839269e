"""A record is shown only after its line in the log of reads; the line stays whatever comes of the page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from handrail.access import reading
from handrail.access.models import Reading, Verb
from handrail.access.reading import NoLine
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.organisations.models import Person


@pytest.fixture
def cast_and_case(db: None) -> tuple[Cast, Case]:
    cast = make_cast()
    return cast, refer(cast, **{"given-name": "Zoe", "family-name": "Quill"})


def client_of(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


ADDRESSES = ["web:home", "cases:list", "cases:referrals", "cases:case", "cases:entry", "cases:begin"]


def address_of(name: str, case: Case) -> str:
    more: dict[str, list[Any]] = {"cases:case": [], "cases:entry": [1], "cases:begin": ["allocate"]}
    return reverse(name, args=[case.pk, *more[name]] if name in more else [])


@pytest.mark.parametrize("name", ADDRESSES)
def test_where_no_line_can_be_written_nothing_is_shown(
    cast_and_case: tuple[Cast, Case], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, case = cast_and_case
    address = address_of(name, case)
    assert "Quill" in client_of(cast.supervisor).get(address).content.decode()

    def full(*given: Any, **more: Any) -> None:
        raise NoLine

    for module in ("handrail.cases.loading", "handrail.cases.pages.filling"):
        monkeypatch.setattr(f"{module}.looked", full)
    response = client_of(cast.supervisor).get(address)
    assert response.status_code == 503
    assert "Quill" not in response.content.decode()


@pytest.mark.parametrize("name", ADDRESSES)
def test_each_page_leaves_one_line_that_says_who_which_and_where(
    cast_and_case: tuple[Cast, Case], name: str
) -> None:
    cast, case = cast_and_case
    client_of(cast.supervisor).get(address_of(name, case), REMOTE_ADDR="192.0.2.9")
    (line,) = Reading.objects.filter(records__contains=[case.pk])
    assert (line.person, line.page, line.origin) == (cast.supervisor.pk, name, "192.0.2.9")
    about_it = name in {"cases:case", "cases:entry", "cases:begin"}
    assert line.verb == (Verb.CONSULTED if about_it else Verb.LISTED)


def test_a_search_leaves_its_line_even_where_nothing_is_found(cast_and_case: tuple[Cast, Case]) -> None:
    cast, case = cast_and_case
    # Lines stay from test to test, so the words are this test's own.
    for words, found in (("Zoe quill", [case.pk]), ("Nobody of that name", [])):
        client_of(cast.supervisor).post(reverse("cases:find"), {"words": words})
        (line,) = Reading.objects.filter(sought=reading.digest_of(words))
        assert (line.verb, line.records) == (Verb.SEARCHED, found)


def test_the_line_stays_when_the_page_breaks_afterwards(
    cast_and_case: tuple[Cast, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast, case = cast_and_case

    def breaks(case: Case) -> list[Any]:
        raise RuntimeError

    monkeypatch.setattr("handrail.cases.pages.case.as_events", breaks)
    response = client_of(cast.supervisor).get(reverse("cases:case", args=[case.pk]))
    assert response.status_code == 500
    assert Reading.objects.filter(records__contains=[case.pk]).count() == 1
