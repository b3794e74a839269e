"""One person across linked records: one line of time, gaps in words, and no more than each record shows."""

from collections.abc import Iterable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.cases.models import Case
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, between, elsewhere, say
from handrail.cases.person.timeline import Gap, PersonTimeline, person_timeline
from handrail.cases.tests.cast import Cast, refer, take

TODAY = date(2026, 11, 26)


def link(cast: Cast, one: Case, other: Case) -> None:
    say(other, between(one, other), "same", cast.officer)


def seen(client: Client, case: Case, **query: str) -> str:
    page = client.get(reverse("cases:person", args=[case.pk]), query)
    assert page.status_code == 200
    return page.text


def test_two_linked_records_are_one_line_of_time(cast: Cast, client: Client) -> None:
    first, second = refer(cast, **FIRST), refer(cast, **MISSPELT)
    link(cast, first, second)
    take(first, "safeguarding", cast.mash)
    client.force_login(cast.officer)
    for case in (first, second):
        page = seen(client, case)
        assert "2 records that somebody linked" in page
        assert "Immediate safeguarding" in page
        assert reverse("cases:entry", args=[first.pk, 1]) in page
        assert reverse("cases:entry", args=[second.pk, 1]) in page


def test_records_that_are_only_alike_are_not_put_together(cast: Cast, client: Client) -> None:
    first, second = refer(cast, **FIRST), refer(cast, **MISSPELT)
    client.force_login(cast.officer)
    page = seen(client, second)
    assert "This record alone" in page
    assert reverse("cases:entry", args=[first.pk, 1]) not in page


def test_a_linked_record_that_is_not_theirs_is_a_pointer_alone(cast: Cast, client: Client) -> None:
    first, second = elsewhere(cast, **FIRST), refer(cast, **MISSPELT)
    link(cast, first, second)
    client.force_login(cast.officer)
    page = seen(client, second)
    assert "A record held by Wessex Police, which you cannot see" in page
    assert first.reference not in page
    assert str(first.pk) not in page


def test_a_linked_record_that_was_restricted_since_shows_in_nothing(cast: Cast, client: Client) -> None:
    first, second = elsewhere(cast, **FIRST), refer(cast, **MISSPELT)
    link(cast, first, second)
    Case.objects.filter(pk=first.pk).update(restricted=True)
    client.force_login(cast.officer)
    page = seen(client, second)
    assert "Wessex" not in page
    assert "This record alone" in page


@pytest.mark.parametrize("who", ["stranger", "spoc"])
def test_who_may_not_read_the_case_has_no_such_page(cast: Cast, client: Client, who: str) -> None:
    case = refer(cast)
    client.force_login(getattr(cast, who))
    assert client.get(reverse("cases:person", args=[case.pk])).status_code == 404


def test_a_colleagues_linked_case_is_told_as_one_to_be_opened(cast: Cast) -> None:
    first, second = refer(cast, **FIRST), refer(cast, **MISSPELT)
    link(cast, first, second)
    Case.objects.filter(pk=first.pk).update(owner=cast.second_officer, allocated=True)
    with context.asking(cast.officer):
        found = person_timeline(second, cast.officer)
    assert (found.read, found.status_only) == ([second], [first])


def days(*texts: str) -> PersonTimeline:
    return PersonTimeline((), (), (), [date.fromisoformat(text) for text in texts], len(texts), capped=False)


@pytest.mark.parametrize(
    ("told", "is_open", "said"),
    [
        (("2023-05-03", "2024-01-09"), False, ["Nothing is recorded from May 2023 to January 2024"]),
        (("2026-11-01", "2026-11-20"), True, []),
        (("2026-05-03",), True, ["Nothing is recorded since May 2026"]),
        (("2026-05-03",), False, []),
        ((), True, []),
    ],
)
def test_gaps_are_said_in_words(told: Iterable[str], is_open: bool, said: list[str]) -> None:
    gaps = days(*told).gaps(90, TODAY, is_open=is_open)
    assert [gap.words for gap in gaps.values()] == said


def test_a_gap_stands_where_it_was(cast: Cast, client: Client) -> None:
    case = refer(
        cast, **FIRST, **{"happened-on-day": "3", "happened-on-month": "5", "happened-on-year": "2023"}
    )
    take(case, "safeguarding", cast.mash)
    client.force_login(cast.officer)
    page = seen(client, case)
    words = Gap(date(2023, 5, 3), timezone.localdate()).words
    assert (
        page.index("Immediate safeguarding")
        < page.index(words)
        < page.index(reverse("cases:entry", args=[case.pk, 1]))
    )


def test_a_long_line_is_in_pages_and_takes_as_many_queries(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.cases.person.timeline.PAGE", 3)
    monkeypatch.setattr("handrail.cases.person.views.timeline.PAGE", 3)
    first, second = refer(cast, **FIRST), refer(cast, **MISSPELT)
    link(cast, first, second)
    client.force_login(cast.officer)
    seen(client, second)
    with CaptureQueriesContext(connection) as few:
        seen(client, second)
    for _ in range(6):
        take(first, "note", cast.officer)
    with CaptureQueriesContext(connection) as many:
        page = seen(client, second)
    assert len(many) <= len(few) + 1  # notes ask which were corrected
    assert page.count("moj-timeline__item") == 3
    assert seen(client, second, page="99").count("moj-timeline__item") >= 1
