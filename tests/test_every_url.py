"""Every address states its audience and keeps everybody else out. One that is not in the table fails."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from handrail.cases.documents.tests.adding import add
from handrail.cases.files.models import Document
from handrail.cases.models import Case, Draft
from handrail.cases.registers.tests.telling import advise
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.cases.tests.staff import make_redaction
from handrail.config.audience import Page, names_in_tests, pages, troubles
from handrail.organisations.models import Person
from handrail.subjects.models import Proposal

World = tuple[Cast, Case, Draft]
# What nobody, the officer of the force, an officer of another force and a single point of contact get.
Expected = tuple[int, int, int, int]
TO_SIGN_IN = 302
# Pages for everybody that lead elsewhere when nothing was begun.
PUBLIC_REDIRECTS = {
    "cases:refer-answers",
    "cases:refer-confirm",
    "cases:refer-sent",
    "cases:refer-later",
    "cases:refer-section",
    "form_links:arrive",
    "form_links:form",
    "form_links:receipt",
    "sign_in:link-arrive",
}

TABLE: dict[str, Expected] = {
    "sign_in:sign-in": (200, 302, 302, 302),
    "sign_in:code": (302, 302, 302, 302),
    "sign_in:passkey": (405, 405, 405, 405),
    "sign_in:passkey-options": (405, 405, 405, 405),
    "sign_in:forgotten": (200, 200, 200, 200),
    "sign_in:link": (404, 404, 404, 404),
    "sign_in:link-arrive": (302, 302, 302, 302),
    "sign_in:again": (302, 200, 200, 200),
    "sign_in:kept": (302, 200, 200, 200),
    "sign_in:outside": (404, 404, 404, 404),
    "sign_in:outside-back": (404, 404, 404, 404),
    "sign_in:outside-accept": (404, 404, 404, 404),
    "sign_in:outside-again": (302, 404, 404, 404),
    "sign_in:outside-connect": (302, 404, 404, 404),
    "sign_in:sign-out": (405, 405, 405, 405),
    "sign_in:account": (302, 200, 200, 200),
    "sign_in:password": (302, 200, 200, 200),
    "sign_in:everywhere": (302, 405, 405, 405),
    "sign_in:end-session": (302, 405, 405, 405),
    "sign_in:disconnect": (302, 405, 405, 405),
    "sign_in:second-factor": (302, 200, 200, 200),
    "sign_in:app": (302, 200, 200, 200),
    "sign_in:passkey-add": (302, 200, 200, 200),
    "sign_in:passkey-add-options": (302, 405, 405, 405),
    "sign_in:recovery-codes": (302, 200, 200, 200),
    "sign_in:remove-factor": (302, 302, 302, 302),
    "web:start": (200, 200, 200, 200),
    "web:home": (302, 200, 200, 200),
    "web:policy": (302, 200, 200, 200),
    "web:policy-called": (302, 200, 200, 200),
    "web:policy-changes": (302, 200, 200, 200),
    "web:accessibility": (200, 200, 200, 200),
    "web:privacy": (200, 200, 200, 200),
    "web:cookies": (200, 200, 200, 200),
    "access:capabilities": (302, 200, 200, 200),
    "accounts:accounts": (302, 403, 403, 403),
    "accounts:account-new": (302, 403, 403, 403),
    "accounts:account": (302, 403, 403, 403),
    "accounts:account-close": (302, 403, 403, 403),
    "accounts:post-new": (302, 403, 403, 403),
    "accounts:post-end": (302, 403, 403, 403),
    "accounts:post-vetting": (302, 403, 403, 403),
    "access:duty": (302, 403, 403, 403),
    "access:log": (302, 403, 403, 403),
    "health": (200, 200, 200, 200),
    "cases:refer": (200, 200, 200, 200),
    "cases:refer-answers": (302, 302, 302, 302),
    "cases:refer-confirm": (302, 302, 302, 302),
    "cases:refer-sent": (302, 302, 302, 302),
    "cases:refer-later": (302, 302, 302, 302),
    "cases:refer-return": (200, 200, 200, 200),
    "cases:refer-section": (302, 302, 302, 302),
    "cases:referrals": (302, 200, 200, 200),
    "cases:new": (302, 200, 200, 200),
    "cases:new-begin": (302, 405, 405, 405),
    "cases:answers": (302, 200, 404, 404),
    "cases:discard": (302, 405, 405, 405),
    "cases:referred": (302, 404, 404, 404),
    "cases:section": (302, 200, 404, 404),
    "cases:list": (302, 200, 200, 200),
    "cases:case": (302, 200, 404, 404),
    "cases:open": (302, 302, 404, 404),
    "cases:person": (302, 200, 404, 404),
    "cases:another": (302, 200, 404, 404),
    "cases:identity": (302, 200, 404, 404),
    "cases:entry": (302, 200, 404, 404),
    "cases:begin": (302, 200, 404, 404),
    "cases:documents": (302, 200, 404, 404),
    "cases:document": (302, 200, 404, 404),
    "cases:answer": (302, 409, 404, 404),  # nothing was asked
    "cases:form-link": (302, 404, 404, 404),  # no link was made
    "form_links:arrive": (302, 302, 302, 302),
    "form_links:code": (404, 404, 404, 404),
    "form_links:form": (302, 302, 302, 302),
    "form_links:receipt": (302, 302, 302, 302),
    "cases:hand-over": (302, 200, 200, 403),
    "cases:take-over": (302, 200, 200, 403),
    "cases:access": (302, 200, 404, 404),
    "cases:invite": (302, 403, 403, 403),
    "cases:share": (302, 403, 403, 403),
    "cases:end-access": (302, 404, 404, 404),
    "cases:assessments": (302, 200, 404, 404),
    "cases:join": (302, 200, 404, 404),
    "cases:take-apart": (302, 404, 404, 404),
    "cases:likenesses": (302, 200, 404, 404),
    "cases:likeness": (302, 200, 404, 404),
    "cases:take-back": (302, 404, 404, 404),  # nothing was answered
    "cases:own-referrals": (302, 200, 200, 200),
    "cases:openings": (302, 403, 403, 403),
    "cases:opening": (302, 403, 403, 403),
    "cases:samples": (302, 403, 403, 403),
    "cases:new-sample": (302, 403, 403, 403),
    "cases:end-sample": (302, 403, 403, 403),
    "cases:readers": (302, 404, 404, 404),
    "cases:print": (302, 200, 404, 404),
    "cases:patterns": (302, 403, 403, 403),
    "cases:restriction": (302, 404, 404, 404),
    "cases:move": (302, 403, 404, 404),
    "cases:marking": (302, 200, 404, 404),
    "cases:entry-marking": (302, 200, 404, 404),
    "cases:summaries": (302, 200, 404, 404),
    "cases:summary": (302, 200, 404, 404),
    "cases:redact": (302, 200, 404, 404),
    "cases:redacted": (302, 200, 404, 404),
    "cases:redacted-withdraw": (302, 405, 405, 405),
    "cases:redacted-copy": (302, 405, 405, 405),
    "cases:shared": (302, 200, 200, 200),
    "cases:concerns": (302, 403, 403, 403),
    "cases:colleague": (302, 200, 200, 200),
    "cases:take-on": (302, 403, 403, 403),
    "cases:register": (302, 200, 200, 200),
    "cases:register-counts": (302, 403, 403, 403),
    "cases:register-begin": (302, 405, 405, 405),
    "cases:matter": (302, 200, 404, 404),
    "cases:matter-begin": (302, 405, 405, 405),
    "cases:matter-refer": (302, 405, 405, 405),
    "cases:find": (302, 200, 200, 200),
    "cases:find-person": (302, 200, 200, 403),
    "cases:checks": (302, 403, 403, 403),
    "notices:list": (302, 200, 200, 200),
    "notices:read": (302, 405, 405, 405),
    "notices:mail": (302, 200, 200, 200),
    "demo:people": (404, 404, 404, 404),
    "demo:step-in": (404, 404, 404, 404),
}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_address_states_its_audience_and_is_tried(page: Page) -> None:
    assert not troubles([page], {page.name} & set(TABLE))


def test_the_table_has_no_address_that_is_gone() -> None:
    assert set(TABLE) == {page.name for page in pages()} == names_in_tests()


def test_a_page_without_name_audience_or_test_is_told_of() -> None:
    def view(request: object) -> None: ...

    said = " ".join(troubles([Page("", "/forgotten/", view)], {"gone:page"}))
    for expected in ("/forgotten/ has no name", "/forgotten/ states no audience", "gone:page is tested but"):
        assert expected in said


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


def address_of(name: str, case: Case, draft: Draft) -> str:
    section = draft.pack.form_by_id["ask-for-information"].sections[0].id
    arguments: dict[str, list[Any]] = {
        "accounts:account": [case.owner_id],
        "accounts:account-close": [case.owner_id],
        "accounts:post-new": [case.owner_id],
        "accounts:post-end": [case.owner_id, 1],
        "accounts:post-vetting": [case.owner_id, 1],
        "cases:readers": [case.pk],
        "cases:refer-section": ["anything"],
        "cases:new-begin": ["police-referral"],
        "cases:answers": [draft.pk],
        "cases:discard": [draft.pk],
        "cases:referred": [draft.pk],
        "cases:section": [draft.pk, section],
        "cases:case": [case.pk],
        "cases:open": [case.pk],
        "cases:person": [case.pk],
        "cases:another": [case.pk],
        "cases:identity": [case.pk],
        "cases:print": [case.pk],
        "cases:access": [case.pk],
        "cases:invite": [case.pk],
        "cases:share": [case.pk],
        "cases:end-access": [case.pk, case.pk],
        "cases:assessments": [case.pk, "vulnerability-assessment"],
        "cases:join": [case.pk],
        "cases:take-apart": [case.pk],
        "cases:likenesses": [case.pk],
        "cases:likeness": [case.pk, Proposal.objects.get().pk],
        "cases:take-back": [case.pk, Proposal.objects.get().pk],
        "cases:opening": [case.pk],
        "cases:end-sample": [case.pk],
        "cases:restriction": [case.pk],
        "cases:summaries": [case.pk],
        "cases:summary": [case.pk, case.summaries.get().pk],
        "cases:redact": [case.pk, case.summaries.get().pk],
        "cases:redacted": [case.redactions.get().redacted_id],
        "cases:redacted-withdraw": [case.redactions.get().redacted_id],
        "cases:redacted-copy": [case.redactions.get().redacted_id],
        "web:policy-called": ["england-wales-2018"],
        "web:policy-changes": ["england-wales-2018", "england-wales-2025"],
        "cases:move": [case.pk, "england-wales-2025"],
        "cases:marking": [case.pk],
        "cases:entry-marking": [case.pk, 1],
        "cases:take-on": [case.pk],
        "cases:entry": [case.pk, 1],
        "cases:begin": [case.pk, "ask-for-information"],
        "cases:documents": [case.pk],
        "cases:document": [case.pk, Document.objects.get(record=case.pk).number],
        "cases:answer": [case.pk, 1, "action-done"],
        "cases:form-link": [case.pk, 1],
        "form_links:arrive": ["a-link-that-nobody-was-sent"],
        "cases:register": ["advice"],
        "cases:register-counts": ["advice"],
        "cases:register-begin": ["advice", "advice"],
        "cases:matter": [case.force.matters.get().pk],
        "cases:matter-begin": [case.force.matters.get().pk, "advice-followed"],
        "cases:matter-refer": [case.force.matters.get().pk],
        "demo:step-in": [case.owner_id],
        "sign_in:link-arrive": ["anything"],
        "sign_in:outside": ["nobody"],
        "sign_in:outside-back": ["nobody"],
        "sign_in:outside-accept": ["nobody"],
        "sign_in:outside-again": ["nobody"],
        "sign_in:outside-connect": ["nobody"],
        "sign_in:end-session": [case.pk],
        "sign_in:disconnect": [case.pk],
        "sign_in:remove-factor": [1],
    }
    return reverse(name, args=arguments.get(name, []))


@pytest.mark.whole
@pytest.mark.parametrize("name", TABLE)
def test_each_address_answers_each_audience_as_the_table_says(
    name: str, world: tuple[Cast, Case, Draft]
) -> None:
    """The tests of each page ask the most of it, and `test_matrix` asks each page in every role."""
    cast, case, draft = world
    address = address_of(name, case, draft)
    people: list[Person | None] = [None, cast.officer, cast.stranger, cast.spoc]
    answers = []
    for person in people:
        client = Client()
        if person:
            client.force_login(person)
        response = client.get(address)
        answers.append(response.status_code)
        if response.status_code == TO_SIGN_IN and person is None and name not in PUBLIC_REDIRECTS:
            assert response.headers["Location"].startswith(reverse("sign_in:sign-in"))
    assert tuple(answers) == TABLE[name]


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
