"""Every page for every role and relation to a case: what is seen is what was declared.

`world` declares what each role should see; this asks the running application, through its pages and straight
from the database, and again with the application's own filters taken away. A page whose address has a part
that is not known here fails: say what it stands for.

`make test` asks the telling pages about a case in every relation, and the other pages once for each way of
seeing one: that all pages of a case load it alike is what `test_loaders` proves. `make test-all` asks all.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http.cookies import SimpleCookie
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.audience import NEEDED, Audience
from handrail.access.models import Reading
from handrail.access.pages import Page, pages
from handrail.cases.models import compiled
from handrail.config import finding, row_security, watching
from handrail.config import rows as declared
from handrail.config.tests.asking import AS_TOLD
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from tests.walls import ROWS, database_findings, note_rows
from tests.world import Planted, Relation, Sees, World, sees

R = Relation
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OPEN, REFUSED, BROKEN = 200, 400, 500
FEW = (R.COLLEAGUE, R.FAR, R.RESTRICTED, R.EXCLUDED, R.PART)
TELLING = frozenset(
    f"cases:{name}"
    for name in (
        "access",
        "assessed",
        "case",
        "document",
        "documents",
        "entry",
        "identity",
        "likenesses",
        "matter",
        "open",
        "people",
        "person",
        "plan",
        "print",
        "redacted",
        "timeline",
    )
)


# Roles that together see cases in every possible way.
THOROUGH = (Role.PREVENT_SUPERVISOR, Role.PANEL_MEMBER)
# The role that requests pages which are equal for everybody.
SEES_MOST = Role.PREVENT_SUPERVISOR
# Roles that send forms too. A page loads for POST as for GET, so one role for each access level is enough:
# a whole case, a part, the status only, and none.
POSTING = (*THOROUGH, Role.FORCE_STRATEGIC_LEAD, Role.ADMINISTRATOR)
# One of the roles with equal capabilities is walked.
WALKED = tuple({role.capabilities: role for role in (*Role, *THOROUGH, *POSTING)}.values())
# What divides the roles at the database's wall, where rows with words of a case are seen
DIVIDE = {
    Capability.WORK_FORCE_CASES,
    Capability.WORK_OWN_CASES,
    Capability.WORK_COUNCIL_CASES,
    Capability.OVERSEE_FORCE,
    Capability.OVERSEE_REGION,
    Capability.OVERSEE_NATION,
    Capability.BE_INVITED,
    Capability.READ_REGISTERS,
    Capability.SAFEGUARD,
}


def of_each_class() -> tuple[Role, ...]:
    """Return the most capable role of each class of roles that the database does not distinguish."""
    most: dict[frozenset[Capability], Role] = {}
    for role in sorted(Role, key=lambda role: len(role.capabilities)):
        most[role.capabilities & DIVIDE] = role
    return tuple(most.values())


CLASSES = of_each_class()


@dataclass(frozen=True, slots=True)
class Asked:
    """One page asked for: by which method, and about which case, if its address says one."""

    page: Page
    method: str
    address: str
    relation: Relation | None

    def __str__(self) -> str:
        return f"{self.method} {self.page.name} ({self.relation})"


Judge = Callable[[Role, Asked, Any], list[str]]


def values(world: World, role: Role, relation: Relation) -> dict[str, Any]:
    """What each part of an address stands for, about one case."""
    planted, person = world.planted[relation], world.people[role]
    return {
        "case_id": planted.case.pk,
        "number": 1,
        "step_id": "ask-for-information",
        "draft_id": planted.draft,
        "receipt_id": planted.case.pk,
        "section": "anything",
        "person_id": person.pk,
        "grant_id": world.grants.get((role, relation), planted.case.pk),
        "sample_id": world.sample,
        "secret": "a-link-that-nobody-was-sent",
        "handle": person.pk,
        "key": "an-issuer-that-nobody-knows",
        "identity": person.pk,
        "factor_id": 1,
        "post_id": person.current_posts[0].pk,
        "summary_id": planted.summary,
        "redacted_id": planted.redacted,
        "form_id": "vulnerability-assessment",
        "pack_id": planted.case.pack_id,
        "older": planted.case.pack_id,
        "newer": "england-wales-2025",
        "register_id": "advice",
        "register_entry_id": planted.register_entry,
        "kind": "register-entry",
        "record_id": planted.register_entry,
        "possible_match_id": planted.match,
        "set_id": "self-assessment",
        "force_id": planted.case.force_id,
        "year": 2024,
    }


def address_of(page: Page, known: dict[str, Any], planted: Planted) -> str:
    if page.name == "cases:document":
        known = known | {"number": planted.document}
    unknown = [part for part in page.parts if part not in known]
    assert not unknown, f"{page.route}: say in `values` what {unknown} stands for."
    return reverse(page.name, kwargs={part: known[part] for part in page.parts})


def everything(world: World, role: Role) -> Iterator[Asked]:
    """Every page by every method, about every case where it is about one.

    Whether a case is there is asked by GET in every relation, and by POST in a few; the other methods, which
    no page takes, once a page.
    """
    relations = {"GET": tuple(Relation), "POST": FEW}
    for page in pages():
        for method in METHODS:
            yield from about(world, role, page, method, relations.get(method, (R.COLLEAGUE,)))


def what_tells(world: World, role: Role) -> Iterator[Asked]:
    """Every page by the methods that it takes, about cases in the relations that tell something.

    A page that is not for the role is refused before any case is looked for, and is asked once.
    """
    for page in pages():
        methods = sorted(taken_by(page))
        if not is_for(role, page):
            yield from about(world, role, page, methods[0], (R.COLLEAGUE,))
        elif role is SEES_MOST or not is_of_nobody(page):
            for method in methods if role in POSTING else methods[:1]:
                yield from about(world, role, page, method, telling(role, page, method))


def is_of_nobody(page: Page) -> bool:
    """Return whether a page is equal for everybody: it is public, or shows a policy, which is a file."""
    return page.audience is Audience.PUBLIC or page.name.startswith("web:policy")


def telling(role: Role, page: Page, method: str) -> tuple[Relation, ...]:
    """Return the relations in which this role requests a page about a case.

    The telling pages are requested in all relations, by roles that see cases in every possible way. The
    other pages of a case share a loader: one relation is requested for each way of seeing a case.
    """
    if page.name in TELLING and method == "GET" and role in THOROUGH:
        return tuple(Relation)
    return one_of_each(role) if hasattr(page.view, "access_levels") else FEW


def one_of_each(role: Role) -> tuple[Relation, ...]:
    """Return one relation for each way in which this role sees a case, a telling one where possible."""
    return tuple(
        {sees(role, relation): relation for relation in (*reversed(Relation), *reversed(FEW))}.values()
    )


def what_rows_keep(world: World, role: Role) -> Iterator[Asked]:
    """Yield every page for the role, about cases that it sees not at all or not wholly.

    Row security itself is tested in all relations.
    """
    for page in pages():
        if "GET" in taken_by(page) and is_for(role, page) and not is_of_nobody(page):
            relations = FEW if page.name in TELLING else one_of_each(role)
            kept = tuple(relation for relation in relations if sees(role, relation) is not Sees.WHOLE)
            yield from about(world, role, page, "GET", kept)


def about(
    world: World, role: Role, page: Page, method: str, relations: Iterable[Relation]
) -> Iterator[Asked]:
    """A page about the case in each of these relations; once for each address."""
    known: set[str] = set()
    for relation in relations:
        address = address_of(page, values(world, role, relation), world.planted[relation])
        if address not in known:
            yield Asked(page, method, address, relation if page.parts else None)
        known.add(address)


@cache
def taken_by(page: Page) -> frozenset[str]:
    """Return the methods, of GET and POST, that the decorators of a page's view allow; both without one."""
    source = inspect.getsource(inspect.unwrap(page.view))
    if said := re.search(r"^@require_http_methods\(\[(.*)\]\)$", source, re.MULTILINE):
        return frozenset(re.findall(r"\w+", said[1]))
    only = re.search(r"^@require_(GET|POST|safe)$", source, re.MULTILINE)
    return frozenset({"POST"} if only and only[1] == "POST" else {"GET"} if only else {"GET", "POST"})


def is_for(role: Role, page: Page) -> bool:
    """Return whether a page is for users with this role."""
    audience = page.audience
    return audience not in NEEDED or not role.capabilities.isdisjoint(NEEDED[audience])


def text_of(response: Any) -> str:
    """All that an answer gives away: its lines of header and its content."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return headers + str(response.content.decode(errors="replace"))


def leaks(world: World, role: Role, text: str, *, by_rows: bool = False) -> list[str]:
    """What an answer shows that this role should not see; `by_rows`, that the database keeps from it."""
    found = []
    for relation, planted, access in world.expected(role):
        shown = {word for word in planted.words.values() if word in text} - planted.shown_by(access)
        if by_rows and access is Sees.PART:
            shown.discard(planted.lived)
        found += [f"{relation.name} shows {word}" for word in sorted(shown)]
    return found


def asked_of(
    client: Client,
    method: str,
    address: str,
    sent: Mapping[str, str] | None = None,
    *,
    follow: bool = False,
) -> Any:
    """The answer to one request, whose changes are taken back: who signed out by it is still signed in.

    With `follow` it is the answer at the end of what the request leads on to.
    """
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    with transaction.atomic(), rights_of_the_web():
        response = client.post(address, sent) if sent else client.generic(method, address)
        while follow and response.status_code == 302:
            response = client.get(response.headers["Location"])
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return response


@contextmanager
def rights_of_the_web() -> Iterator[None]:
    """Take the web's rights and rows until the transaction ends, also outside `context.asking`.

    So a grant that sessions or sign-in lack is missing here as in production. Other tests have the web's
    rights only while a view runs.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE handrail_web")
    with patch("handrail.access.context.asking", AS_TOLD):
        yield


def client_of(person: Person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def walk(world: World, role: Role, every: Iterable[Asked], judge: Judge, *, by_rows: bool = False) -> None:
    """Ask for all of these in a role, and fail with all that is wrong."""
    found, cells = [], 0
    world.given_to(role)
    client = client_of(world.people[role])
    for asked in every:
        began = timezone.now()
        response = asked_of(client, asked.method, asked.address)
        text = text_of(response)
        wrong = [*leaks(world, role, text, by_rows=by_rows), *judge(role, asked, response)]
        found += [f"{asked}: {what}" for what in [*wrong, *unlogged(world, text, began)]]
        cells += 1
    assert not found, f"{len(found)} of {cells} cells are wrong:\n" + "\n".join(found[:40])


def unlogged(world: World, text: str, began: datetime) -> list[str]:
    """The cases whose name an answer shows without a line in the log of reads since then that names them."""
    named = {p.case.pk: relation for relation, p in world.planted.items() if p.name in text}
    if not named:
        return []
    lines = Reading.objects.filter(at__gte=began).values_list("records", flat=True)
    logged = {record for records in lines for record in records}
    return [f"{relation.name} is named and not logged" for pk, relation in named.items() if pk not in logged]


def as_declared(role: Role, asked: Asked, response: Any) -> list[str]:
    """Whether the page broke; and a page for others may not open, whatever the method."""
    found = [f"broke with {response.status_code}"] if response.status_code >= BROKEN else []
    if not is_for(role, asked.page) and response.status_code == OPEN and asked.method != "OPTIONS":
        found.append("opens to those for whom it is not")
    return found


def anything(role: Role, asked: Asked, response: Any) -> list[str]:
    """Nothing more is asked of the answer."""
    return []


@pytest.mark.parametrize("role", WALKED)
def test_nobody_is_shown_what_was_not_declared(world: World, role: Role) -> None:
    walk(world, role, what_tells(world, role), as_declared)


@pytest.mark.whole
@pytest.mark.parametrize("role", Role)
def test_nobody_is_shown_what_was_not_declared_on_any_page_in_any_relation(world: World, role: Role) -> None:
    walk(world, role, everything(world, role), as_declared)


def test_every_telling_page_shows_a_word_of_a_case_to_somebody(world: World) -> None:
    """Otherwise that it does not show one to others would mean nothing."""
    silent = set(TELLING)
    for role in (Role.PREVENT_SUPERVISOR, Role.FORCE_STRATEGIC_LEAD):
        client, planted = client_of(world.people[role]), world.planted[R.COLLEAGUE]
        known = values(world, role, R.COLLEAGUE)
        for page in (page for page in pages() if page.name in silent):
            text = text_of(asked_of(client, "GET", address_of(page, known, planted)))
            if any(word in text for word in planted.words.values()):
                silent.remove(page.name)
    assert silent == set()


@pytest.mark.parametrize("role", Role)
def test_the_pages_of_a_case_answer_as_declared(world: World, role: Role) -> None:
    """Who sees nothing of a case gets, byte for byte, what they get for one that does not exist."""
    found = []
    world.given_to(role)
    client = client_of(world.people[role])
    absent = client.get(reverse("cases:case", args=[uuid4()]))
    assert absent.status_code >= REFUSED
    for relation, planted, access in world.expected(role):
        answer = client.get(reverse("cases:case", args=[planted.case.pk]))
        expected = {Sees.STATE: 302, Sees.NOTHING: absent.status_code}.get(access, 200)
        if answer.status_code != expected:
            found.append(f"{relation.name}: {answer.status_code} instead of {expected}")
        if access is Sees.NOTHING and plain(answer) != plain(absent):
            found.append(f"{relation.name}: differs from what does not exist")
        if access not in {Sees.STATE, Sees.NOTHING} and planted.name not in answer.content.decode():
            found.append(f"{relation.name}: does not say whom it is about")
    assert not found, "\n".join(found[:40])


def plain(response: Any) -> tuple[Any, ...]:
    """An answer without what differs from one visit to the next."""
    body = re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode())
    kept = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
    return response.status_code, kept, body


# The conditions by which the application loads cases, under each name by which a module knows one.
FILTERS = [
    *(("cases.models.case", name) for name in ("seen", "worked_on", "changed", "named")),
    *((f"cases.models.{name}", "seen") for name in ("deadline", "referral")),
    *((module, "seen") for module in ("cases.timeline.follow_ups_shown", "notices.models")),
]


@contextmanager
def without_filters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The application as it would be if every filter of its own had been forgotten."""
    with monkeypatch.context() as forgotten:
        for module, name in FILTERS:
            forgotten.setattr(f"handrail.{module}.{name}", lambda person: Q(pk__isnull=False))
        compiled.forget()
        yield
    compiled.forget()


# What the database reads besides, each with what it lets be seen, in which no word of a case stands.
LET_SEE_NO_CASE = {
    Capability.READ_OWN_REGISTER_ENTRIES: "What somebody put into a register themselves.",
    Capability.MANAGE_ACCOUNTS: "Entries about accounts.",
    Capability.CHOOSE_SAMPLE: "Samples and their grants.",
    Capability.REVIEW_OPENINGS: "Grants of cases of which they see where they stand.",
    Capability.READ_LOG: "Who looked at which record, and patterns of that.",
    Capability.READ_CHECKS: "What a force answered about itself for a year, and nothing of a case.",
    Capability.FIND_PEOPLE: "That another force holds a record: `test_hit_no_hit` asks for all of it.",
    Capability.TAKE_STAFF_CONCERNS: "The references of restricted cases that nobody is left to work on.",
}


def read_by_the_database() -> set[Capability]:
    """Return the capabilities that decide which rows a user sees, or what a database function returns."""
    seen = [rows.see for rows in declared.SECURED.values() if rows.see]
    functions = [value for value in vars(row_security).values() if isinstance(value, str)]
    source = " ".join([*seen, *functions, *finding.FUNCTIONS, *watching.FUNCTIONS])
    words = set(re.findall(r"\b[A-Z_]+\b", source))
    return {capability for capability in Capability if capability.name in words}


def test_every_capability_that_the_database_reads_divides_the_roles_or_lets_see_no_case() -> None:
    assert read_by_the_database() == DIVIDE | set(LET_SEE_NO_CASE)
    assert "role" not in re.findall(r"\w+", " ".join(rows.see or "" for rows in declared.SECURED.values()))


@pytest.mark.parametrize("role", Role)
def test_roles_that_are_one_to_the_database_should_see_the_same_of_a_case(role: Role) -> None:
    [walked] = [one for one in CLASSES if one.capabilities & DIVIDE == role.capabilities & DIVIDE]
    alike = [relation for relation in Relation if relation is not R.SAMPLED]  # given to an inspector alone
    assert [sees(role, relation) for relation in alike] == [sees(walked, relation) for relation in alike]


@pytest.mark.parametrize("role", CLASSES)
def test_with_every_filter_forgotten_the_database_still_shows_nothing(
    world: World, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    with without_filters(monkeypatch):
        walk(world, role, what_rows_keep(world, role), anything, by_rows=True)


@pytest.mark.whole
@pytest.mark.parametrize("role", Role)
def test_with_every_filter_forgotten_the_database_shows_no_role_more_on_any_page(
    world: World, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = (each for each in everything(world, role) if each.method == "GET")
    with without_filters(monkeypatch):
        walk(world, role, asked, anything, by_rows=True)


def test_straight_from_the_database_each_role_sees_the_rows_that_were_declared(world: World) -> None:
    """Rows of nothing more, and of nothing less."""
    assert list(map(str, database_findings(world, tuple(Role)))) == []


def test_each_table_that_is_asked_has_a_row_of_some_case(world: World) -> None:
    assert set().union(*note_rows(world).values()) == set(ROWS)


def test_of_a_part_only_the_entries_of_its_stage_are_rows(world: World) -> None:
    role = Role.PANEL_MEMBER
    world.given_to(role)
    case = world.planted[Relation.PART].case
    with context.asking(world.people[role]), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT stage FROM ledger_entry WHERE chain = %s", [case.pk])
        assert cursor.fetchall() == [("gateway",)]
