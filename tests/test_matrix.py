"""Every page, by every method, for every role and relation to a case: what is seen is what was declared.

`world` declares what each role should see; this asks the running application, through its pages and straight
from the database, and again with the application's own filters taken away. A page whose address has a part
that is not known here fails: say what it stands for.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.audience import NEEDED
from handrail.access.models import Grant, Reading, Sample
from handrail.cases.matters.tests.telling import advise
from handrail.cases.models import Case, CaseQuerySet, Draft, Matter
from handrail.cases.summaries import Redaction
from handrail.cases.tests.staff import make_redaction
from handrail.config.audience import Page, pages
from handrail.organisations.capabilities import CAPABILITIES
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from handrail.subjects.models import Proposal
from tests.world import Planted, Relation, Sees, World

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OPEN, BROKEN = 200, 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One page asked for: by which method, about which case if about any."""

    page: Page
    address: str
    relation: Relation | None


Judge = Callable[[Role, str, Asked, Any], list[str]]


def parts_of(page: Page) -> list[str]:
    """The names of what stands in a page's address."""
    return re.findall(r"<(?:\w+:)?(\w+)>", page.route)


def values(person: Person, planted: Planted) -> dict[str, Any]:
    """What each part of an address stands for, about one case."""
    return {
        "case_id": planted.case.pk,
        "number": 1,
        "step_id": "ask-for-information",
        "draft_id": draft_of(planted.case).pk,
        "section": "anything",
        "person_id": person.pk,
        "grant_id": grant_of(planted.case, person),
        "sample_id": sample_of(person),
        "secret": "a-link-that-nobody-was-sent",
        "handle": planted.case.pk,
        "key": "an-issuer-that-nobody-knows",
        "identity": planted.case.pk,
        "factor_id": 1,
        "post_id": person.posts.values_list("pk", flat=True)[0],
        "summary_id": redaction_of(planted).source_id,
        "redacted_id": redaction_of(planted).redacted_id,
        "form_id": "vulnerability-assessment",
        "pack_id": planted.case.pack_id,
        "older": planted.case.pack_id,
        "newer": "england-wales-2025",
        "register_id": "advice",
        "matter_id": matter_of(planted.case).pk,
        "proposal_id": proposal_of(planted.case).pk,
    }


def grant_of(case: Case, person: Person) -> UUID:
    """What this person was given of a case; where that is nothing, the id of no grant."""
    found = Grant.objects.filter(record=case.pk).filter(Q(person=person) | Q(person=None)).first()
    return found.pk if found else case.pk


def sample_of(person: Person) -> UUID:
    """A sample that was chosen for this person."""
    now = timezone.now()
    said = {"reason": "Inspection", "chosen": "By reference", "since": now, "until": now + timedelta(days=1)}
    return Sample.objects.get_or_create(inspector=person, by=person, defaults=said)[0].pk


def redaction_of(planted: Planted) -> Redaction:
    """A redacted version of a summary of a case; the summary says all that the case says."""
    words = f"{planted.name} {planted.said} {planted.said_in_part}"
    made = Redaction.objects.filter(case=planted.case).first()
    return made or make_redaction(planted.case, words, f"{planted.name} {planted.said}")


def matter_of(case: Case) -> Matter:
    """Advice that was given in the force of a case and became it; it is about nobody."""
    made = Matter.objects.filter(became=case).first()
    if made:
        return made
    matter = advise(Person.objects.get(name=f"Officer of {case.force.name}"), "general")
    matter.became, matter.ended_on = case, timezone.localdate()
    matter.save(update_fields=["became", "ended_on"])
    return matter


def proposal_of(case: Case) -> Proposal:
    """A proposal about the record of a case and one of another; nearly all that were planted are alike."""
    beside = Proposal.objects.filter(Q(subject=case.subject) | Q(other=case.subject))
    return beside.order_by("pk")[0]


def draft_of(case: Case) -> Draft:
    """A draft about a case, of its owner, who is nobody of those who ask."""
    found = Draft.objects.filter(case=case).first()
    return found or Draft.objects.create(
        person=case.force.cases.order_by("pk")[0].owner,
        case=case,
        pack_id=case.pack_id,
        step_id="ask-for-information",
        seen_version=case.version,
        typed={"anything": [case.reference]},
    )


def everything(world: World, person: Person, methods: tuple[str, ...]) -> Iterator[tuple[str, Asked]]:
    """Every page by every method, about every case where it is about one.

    Whether a case is there is asked by GET in every relation, and by POST in the telling ones; the other
    methods, which no page takes, once a page.
    """
    known_of = {relation: values(person, planted) for relation, planted in world.planted.items()}
    for page in pages():
        parts = parts_of(page)
        if not parts:
            yield from ((method, Asked(page, reverse(page.name), None)) for method in methods)
            continue
        for relation, planted in world.planted.items():
            known = known_of[relation]
            if page.name == "cases:document":
                known = known | {"number": planted.case.documents.get().number}
            unknown = [part for part in parts if part not in known]
            assert not unknown, f"{page.route}: say in `values` what {unknown} stands for."
            asked = Asked(page, reverse(page.name, kwargs={part: known[part] for part in parts}), relation)
            for method in methods:
                if method == "GET" or relation in TELLING.get(method, (Relation.COLLEAGUE,)):
                    yield method, asked


TELLING = {"POST": (Relation.COLLEAGUE, Relation.FAR, Relation.RESTRICTED, Relation.EXCLUDED, Relation.PART)}


def text_of(response: Any) -> str:
    """All that an answer gives away: its lines of header and its content."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return headers + str(response.content.decode(errors="replace"))


def leaks(world: World, role: Role, text: str, *, by_rows: bool = False) -> list[str]:
    """What an answer shows that this role should not see; `by_rows`, that the database keeps from it."""
    found = []
    for relation, planted, sees in world.expected(role):
        words = {planted.name, planted.said, planted.said_in_part, planted.case.reference, planted.lived}
        allowed = {
            Sees.WHOLE: words,
            Sees.PART: words - {planted.said} - (set() if by_rows else {planted.lived}),
            Sees.STANDING: {planted.case.reference},
            Sees.NOTHING: set(),
        }[sees]
        found += [f"{relation.name} shows {word}" for word in words - allowed if word in text]
    return found


def asked_of(client: Client, method: str, address: str) -> Any:
    """The answer to one request, whose changes are taken back: who signed out by it is still signed in."""
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    with transaction.atomic():
        response = client.generic(method, address)
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return response


def client_of(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def walk(world: World, role: Role, methods: tuple[str, ...], judge: Judge, *, by_rows: bool = False) -> int:
    """Ask for everything in this role, and fail with all that is wrong. Returns how many cells it saw."""
    found, cells = [], 0
    world.given_to(role)
    client = client_of(world.people[role])
    for method, asked in everything(world, world.people[role], methods):
        logged = Reading.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        response = asked_of(client, method, asked.address)
        text = text_of(response)
        seen = [*leaks(world, role, text, by_rows=by_rows), *judge(role, method, asked, response)]
        seen += unlogged(world, text, logged)
        found += [f"{method} {asked.page.name} ({asked.relation}): {what}" for what in seen]
        cells += 1 if asked.relation else len(world.planted)
    assert not found, f"{len(found)} of {cells} cells are wrong:\n" + "\n".join(found[:40])
    return cells


def unlogged(world: World, text: str, before: int) -> list[str]:
    """The cases whose name an answer shows without a line in the log of reads that names them."""
    named = {p.case.pk: relation for relation, p in world.planted.items() if p.name in text}
    if not named:
        return []
    lines = Reading.objects.filter(pk__gt=before).values_list("records", flat=True)
    logged = {record for records in lines for record in records}
    return [f"{relation.name} is named and not logged" for pk, relation in named.items() if pk not in logged]


def whole(role: Role, method: str, asked: Asked, response: Any) -> list[str]:
    """Whether the page broke; and a page for others may not open, whatever the method."""
    found = [f"broke with {response.status_code}"] if response.status_code >= BROKEN else []
    audience = asked.page.audience
    outside = audience in NEEDED and CAPABILITIES[role].isdisjoint(NEEDED[audience])
    if outside and response.status_code == OPEN and method != "OPTIONS":
        found.append("opens to those for whom it is not")
    return found


@pytest.mark.parametrize("role", Role)
def test_nobody_is_shown_what_was_not_declared(world: World, role: Role) -> None:
    cells = walk(world, role, METHODS, whole)
    assert cells * len(Role) > 20_000


def test_the_pages_of_a_case_answer_as_declared(world: World) -> None:
    """Who sees nothing of a case gets, byte for byte, what they get for one that does not exist."""
    found = []
    for role, person in world.people.items():
        world.given_to(role)
        client = client_of(person)
        for relation, planted, sees in world.expected(role):
            about = reverse("cases:case", args=[planted.case.pk])
            absent = client.get(reverse("cases:case", args=[uuid4()]))
            answer = client.get(about)
            expected = {
                Sees.WHOLE: 200,
                Sees.PART: 200,
                Sees.STANDING: 302,
                Sees.NOTHING: absent.status_code,
            }[sees]
            if answer.status_code != expected:
                found.append(f"{role}, {relation.name}: {answer.status_code} instead of {expected}")
            if sees is Sees.NOTHING and plain(answer) != plain(absent):
                found.append(f"{role}, {relation.name}: differs from what does not exist")
            if sees in {Sees.WHOLE, Sees.PART} and planted.name not in answer.content.decode():
                found.append(f"{role}, {relation.name}: does not say whom it is about")
    assert not found, "\n".join(found[:40])


def plain(response: Any) -> tuple[Any, ...]:
    """An answer without what differs from one visit to the next."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode())
    kept = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
    return response.status_code, kept, body


@contextmanager
def without_filters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The application as it would be if every filter of its own had been forgotten."""
    with monkeypatch.context() as patch:
        for name in ("visible_to", "worked_on_by", "changed_by", "named_to"):
            patch.setattr(CaseQuerySet, name, lambda cases, person: cases)
        yield


@pytest.mark.parametrize("role", Role)
def test_with_every_filter_forgotten_the_database_still_shows_nothing(
    world: World, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    with without_filters(monkeypatch):
        walk(world, role, ("GET",), lambda role, method, asked, response: [], by_rows=True)


TABLES_OF_A_CASE = {
    "cases_case": "id = %s",
    "cases_referral": "case_id = %s",
    "cases_deadline": "case_id = %s",
    "subjects_subject": "id = (SELECT subject_id FROM cases_case WHERE id = %s)",
    "subjects_outline": "subject_id = (SELECT subject_id FROM cases_case WHERE id = %s)",
    "documents_document": "case_id = %s",
    "ledger_entry": "chain = %s",
    "ledger_content": "entry_id IN (SELECT id FROM ledger_entry WHERE chain = %s)",
    "access_grant": "record = %s AND person_id <> NULLIF(current_setting('handrail.person', true), '')::uuid",
}
SEEN_WHEN: dict[Sees, frozenset[str]] = {
    Sees.WHOLE: frozenset(TABLES_OF_A_CASE) - {"access_grant"},
    Sees.PART: frozenset(TABLES_OF_A_CASE) - {"access_grant", "subjects_outline"},
    Sees.STANDING: frozenset({"cases_case", "cases_referral", "cases_deadline", "ledger_entry"}),
    Sees.NOTHING: frozenset(),
}


def test_straight_from_the_database_each_role_sees_the_rows_that_were_declared(world: World) -> None:
    found, cells = [], 0
    for role, person in world.people.items():
        world.given_to(role)
        for relation, planted, sees in world.expected(role):
            with context.asking(person):
                seen = {table for table in TABLES_OF_A_CASE if rows(table, planted.case)}
            cells += len(TABLES_OF_A_CASE)
            if seen != SEEN_WHEN[sees]:
                found.append(f"{role}, {relation.name}: {sorted(seen ^ SEEN_WHEN[sees])}")
    assert not found, f"{len(found)} of {cells}:\n" + "\n".join(found[:40])


def rows(table: str, case: Case) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {TABLES_OF_A_CASE[table]}", [case.pk])
        return int(cursor.fetchone()[0])


def test_of_a_part_only_the_entries_of_its_stage_are_rows(world: World) -> None:
    role = Role.PANEL_MEMBER
    world.given_to(role)
    case = world.planted[Relation.PART].case
    with context.asking(world.people[role]), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT stage FROM ledger_entry WHERE chain = %s", [case.pk])
        assert cursor.fetchall() == [("gateway",)]
