"""Every address states its audience and keeps everybody else out."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from handrail.access.audience import Audience
from handrail.access.pages import Page, pages
from handrail.cases.documents.tests.adding import add
from handrail.cases.files.models import Document
from handrail.cases.models import Case, Receipt
from handrail.cases.registers.tests.telling import advise
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.cases.tests.staff import make_redaction
from handrail.organisations.models import Person
from handrail.records.drafts import Draft
from handrail.subjects.models import PossibleMatch

World = tuple[Cast, Case, Draft]
# The step that a page begins, where it begins no step of a case.
STEPS = {
    "cases:answer": "action-done",
    "cases:new-begin": "police-referral",
    "cases:register-begin": "advice",
    "cases:matter-begin": "advice-followed",
}
NO_SUCH_PAGE, NOT_THEIRS, BROKEN = 404, 403, 500
WHO = {"given-name": "Zerlinda", "family-name": "Quillfeather"}


@pytest.fixture(scope="module")
def world_as_made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(world_as_made: World, db: None) -> World:
    """Made once for the tests of a module; what each does to it is taken back."""
    return deepcopy(world_as_made)


def make_world() -> World:
    cast = make_cast()
    refer(cast, **WHO)
    case = refer(cast, **WHO)
    draft = Draft.objects.begin_on(case, "ask-for-information", person=cast.officer)
    make_redaction(case)
    advise(cast.officer)
    add(case, cast.officer)
    return cast, case, draft


def troubles(pages: list[Page]) -> list[str]:
    """Return a sentence for each page without a name or an audience."""
    found = [f"{page.route} has no name." for page in pages if not page.name.rpartition(":")[2]]
    silent = [page for page in pages if page.audience is None]
    return found + [f"{page.route} states no audience: decorate its view with @page." for page in silent]


def test_every_page_has_a_name_and_states_its_audience() -> None:
    assert troubles(pages()) == []


def test_a_page_without_name_or_audience_is_told_of() -> None:
    def view(request: object) -> None: ...

    said = " ".join(troubles([Page("", "/forgotten/", view)]))
    assert "/forgotten/ has no name" in said
    assert "/forgotten/ states no audience" in said


def address_of(name: str, case: Case, draft: Draft) -> str:
    """The address of a page, the shortest where it has several, about the case where it is about one."""
    parts = min((page.parts for page in pages() if page.name == name), key=len)
    known: dict[str, Any] = {
        "case_id": case.pk,
        "number": Document.objects.get(record=case.pk).number if name == "cases:document" else 1,
        "step_id": STEPS.get(name, "ask-for-information"),
        "draft_id": draft.pk,
        "receipt_id": Receipt.objects.order_by("pk")[0].pk,
        "section": draft.pack.form_by_id["ask-for-information"].sections[0].id,
        "person_id": case.owner_id,
        "post_id": 1,
        "grant_id": case.pk,
        "sample_id": case.pk,
        "secret": "anything",
        "handle": case.pk,
        "key": "nobody",
        "identity": case.pk,
        "factor_id": 1,
        "summary_id": case.summaries.get().pk,
        "redacted_id": case.redactions.get().redacted_id,
        "form_id": "vulnerability-assessment",
        "pack_id": "england-wales-2018",
        "older": "england-wales-2018",
        "newer": "england-wales-2025",
        "register_id": "advice",
        "register_entry_id": case.force.register_entries.get().pk,
        "kind": "register-entry",
        "record_id": case.force.register_entries.get().pk,
        "possible_match_id": PossibleMatch.objects.get().pk,
        "set_id": "self-assessment",
        "force_id": case.force_id,
        "year": 2024,
    }
    unknown = [part for part in parts if part not in known]
    assert not unknown, f"{name}: say in `address_of` what {unknown} stands for."
    return reverse(name, kwargs={part: known[part] for part in parts})


def expected(page: Page, person: Person | None) -> str:
    """What a visitor gets by what the page says of itself: `sign-in`, `none`, `refused` or `theirs`."""
    audience = page.audience
    assert audience is not None
    if audience is Audience.DEMONSTRATION:
        return "none"
    if not audience.needs_sign_in:
        return "theirs"
    if person is None:
        return "sign-in"
    return "theirs" if audience.includes(person) else "refused"


def got(response: Any, page: Page) -> str:
    """What a visitor got, in the words of `expected`."""
    if str(response.headers.get("Location", "")).startswith(reverse("sign_in:sign-in") + "?next="):
        return "sign-in"
    if page.audience is Audience.DEMONSTRATION and response.status_code == NO_SUCH_PAGE:
        return "none"
    return "refused" if response.status_code == NOT_THEIRS else "theirs"


@pytest.mark.whole
@pytest.mark.parametrize("page", pages(), ids=lambda page: f"{page.name} {page.route}")
def test_each_address_keeps_everybody_out_for_whom_it_is_not(page: Page, world: World) -> None:
    """What others get is asked in each page's file of tests; `test_matrix` asks each page in every role."""
    cast, case, draft = world
    address = address_of(page.name, case, draft)
    for person in (None, cast.officer, cast.stranger, cast.spoc):
        client = Client()
        if person:
            client.force_login(person)
        response = client.get(address)
        assert response.status_code < BROKEN
        if expected(page, person) != "theirs":
            assert got(response, page) == expected(page, person)
        elif person is None:
            assert got(response, page) == "theirs"


def shown(response: Any) -> str:
    """The page without what differs from one visit to the next."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode())


def test_a_case_of_another_force_looks_like_one_that_does_not_exist(world: tuple[Cast, Case, Draft]) -> None:
    cast, case, _ = world
    client = Client()
    client.force_login(cast.stranger)
    hidden = client.get(reverse("cases:case", args=[case.pk]))
    absent = client.get(reverse("cases:case", args=["00000000-0000-4000-8000-000000000000"]))
    assert (hidden.status_code, shown(hidden)) == (absent.status_code, shown(absent))


def test_pages_of_somebody_signed_in_are_kept_by_nobody(world: tuple[Cast, Case, Draft]) -> None:
    cast, case, _ = world
    client = Client()
    client.force_login(cast.officer)
    response = client.get(reverse("cases:case", args=[case.pk]))
    assert response.headers["Cache-Control"] == "no-store"
    assert (
        "script-src 'self'" in response.headers["Content-Security-Policy"]
        or "default-src 'self'" in (response.headers["Content-Security-Policy"])
    )
