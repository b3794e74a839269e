"""The public pages under abuse: nothing is lost, and no answer reveals whether a person is known."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.cases.intake.models import Contact
from handrail.cases.intake.tests.conftest import Received, Visit
from handrail.cases.models import Referral
from handrail.cases.pages.referral import digest, new_code
from handrail.cases.tests.cast import Cast
from handrail.records.drafts import Draft

pytestmark = pytest.mark.django_db
Visiting = Callable[..., Visit]


def shown(response: Any) -> str:
    """Return a page's content without the token that differs from one visit to the next."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode())


def test_what_is_over_the_limit_is_kept_and_told_when_and_how_to_go_on(visit: Visiting) -> None:
    sent = [visit("").send() for _ in range(5)]
    assert {answer.status_code for answer in sent} == {302}
    outside = visit("")
    typed = outside.draft.typed
    held = outside.send()
    assert held.status_code == 429
    assert int(held.headers["Retry-After"]) > 60
    page = held.content.decode()
    for said in (
        "Your referral is saved, but not sent yet",
        "call 999",
        "call 101",
        "confirm your email",
        " at ",
    ):
        assert said in page
    outside.draft.refresh_from_db()
    assert outside.draft.typed == typed
    assert Referral.objects.count() == 5
    assert visit("", origin="198.51.100.1").send().status_code == 302


def test_whoever_confirms_goes_on_from_an_address_that_is_over_its_limit(
    visit: Visiting, mail: Received, django_capture_on_commit_callbacks: Any
) -> None:
    while visit("").send().status_code == 302:
        pass
    outside = visit()
    assert outside.send().headers["Location"] == outside.at("confirm")


def test_an_incomplete_form_counts_for_nothing(visit: Visiting) -> None:
    for _ in range(8):
        outside = visit("")
        outside.draft.typed = {}
        outside.draft.save()
        assert outside.send().status_code == 422
    assert visit("").send().status_code == 302


def test_a_second_click_is_no_second_referral(visit: Visiting) -> None:
    outside = visit("")
    assert [outside.send().status_code for _ in range(9)] == [302] * 9
    assert Referral.objects.count() == 1


def tried(code: str, client: Client | None = None) -> Any:
    return (client or Client()).post(reverse("cases:refer-return"), {"code": code})


def test_a_return_code_that_was_used_gets_the_answer_of_one_that_never_was(visit: Visiting) -> None:
    outside = visit("")
    code = new_code()
    Draft.objects.filter(pk=outside.draft.pk).update(return_key=digest(code))
    outside.send()
    used, unknown = tried(code), tried(new_code())
    assert (used.status_code, shown(used)) == (unknown.status_code, shown(unknown)) == (422, shown(used))
    assert set(used.headers) == set(unknown.headers)


def test_trying_return_codes_is_slowed_for_the_right_one_too(visit: Visiting) -> None:
    outside = visit("")
    code = new_code()
    Draft.objects.filter(pk=outside.draft.pk).update(return_key=digest(code))
    answers = [tried(new_code()).status_code for _ in range(22)]
    assert answers == [422] * 20 + [429] * 2
    known, unknown = tried(code), tried(new_code())
    assert (known.status_code, shown(known)) == (unknown.status_code, shown(unknown)) == (429, shown(known))
    assert tried(code, Client(REMOTE_ADDR="198.51.100.9")).status_code == 302


def test_no_public_page_asks_the_record_whether_somebody_is_known(visit: Visiting, cast: Cast) -> None:
    """Sending about a known person runs the queries that sending about a stranger runs."""
    visit("", origin="198.51.100.1", given_name="Known", family_name="Person").send()
    asked = []
    for number, family_name in enumerate(("Person", "Stranger"), start=2):
        outside = visit("", origin=f"198.51.100.{number}", given_name="Known", family_name=family_name)
        with CaptureQueriesContext(connection) as queries:
            answer = outside.send()
            page = outside.client.get(answer.headers["Location"])
        without_reference = re.sub(r"P-\w{4}-\w{4}", "", shown(page))
        asked.append((answer.status_code, without_reference, statements(queries)))
    assert asked[0] == asked[1]


def test_for_a_known_address_the_page_does_what_it_does_for_an_unknown_one(
    visit: Visiting, mail: Received
) -> None:
    """Codes for both addresses are sent by the worker; the page never waits for a mailbox."""
    visit("known@school.example", origin="198.51.100.1").send(unconfirmed="yes")
    assert Contact.objects.filter(kind="email").count() == 1
    asked = []
    for number, kind in enumerate(("unknown", "known", "unknown", "known")):
        outside = visit(f"{kind}@school.example", origin=f"203.0.113.{number}")
        with CaptureQueriesContext(connection) as queries:
            assert outside.send().headers["Location"] == outside.at("confirm")
        asked.append(statements(queries))
    # The first request of each kind fills caches
    assert asked[2] == asked[3] != []


def test_for_a_used_return_code_the_page_does_what_it_does_for_an_unknown_one(visit: Visiting) -> None:
    outside = visit("")
    code = new_code()
    Draft.objects.filter(pk=outside.draft.pk).update(return_key=digest(code))
    outside.send()
    asked = []
    for number, typed in enumerate((new_code(), code, new_code(), code)):
        with CaptureQueriesContext(connection) as queries:
            answer = tried(typed, Client(REMOTE_ADDR=f"203.0.113.{number}"))
        asked.append((answer.status_code, re.sub(re.escape(typed), "", shown(answer)), statements(queries)))
    assert asked[2] == asked[3]


def statements(queries: CaptureQueriesContext) -> list[str]:
    """Return the database statements without their parameters."""
    return [re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in queries.captured_queries]
