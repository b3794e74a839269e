"""What stands wrong at each of the two walls: the rows of the database alone, and the pages alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import Client
from django.urls import reverse

from handrail.access import context
from handrail.access.audience import NEEDED
from handrail.config.audience import pages
from handrail.config.tests.asking import as_the_superuser
from handrail.organisations.capabilities import CAPABILITIES, Capability
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from tests.world import EXPECTED, Planted, Relation, Sees, World

OPEN = 200
# Which rows of a case are its own, by table, and the column that names the case.
ROWS = {
    "cases_case": "SELECT id FROM cases_case WHERE id = ANY(%s)",
    "cases_referral": "SELECT case_id FROM cases_referral WHERE case_id = ANY(%s)",
    "cases_deadline": "SELECT case_id FROM cases_deadline WHERE case_id = ANY(%s)",
    "subjects_subject": "SELECT c.id FROM subjects_subject s JOIN planted c ON c.subject_id = s.id",
    "subjects_outline": "SELECT c.id FROM subjects_outline o JOIN planted c USING (subject_id)",
    "subjects_detail": "SELECT record FROM subjects_detail WHERE record = ANY(%s)",
    "ledger_entry": "SELECT chain FROM ledger_entry WHERE chain = ANY(%s) AND stage <> 'gateway'",
    "ledger_entry, the part": "SELECT chain FROM ledger_entry WHERE chain = ANY(%s) AND stage = 'gateway'",
    "documents_document": "SELECT case_id FROM documents_document WHERE case_id = ANY(%s)",
    "ledger_content": "SELECT p.chain FROM ledger_content JOIN said p USING (entry_id) WHERE NOT part",
    "ledger_content, the part": "SELECT p.chain FROM ledger_content JOIN said p USING (entry_id) WHERE part",
    "access_grant, of others": "SELECT record FROM access_grant WHERE person_id <> ALL(%s)",
}
STANDING = {"cases_case", "cases_referral", "cases_deadline", "ledger_entry", "ledger_entry, the part"}
IN_PART = {"cases_case", "cases_referral", "cases_deadline", "subjects_subject"} | {
    "documents_document",
    "ledger_entry, the part",
    "ledger_content, the part",
}
WHOLE = set(ROWS) - {"access_grant, of others"}
BY_SIGHT = {Sees.WHOLE: WHOLE, Sees.PART: IN_PART, Sees.STANDING: STANDING, Sees.NOTHING: set[str]()}
TELLING = (
    Role.PREVENT_OFFICER,
    Role.PREVENT_SUPERVISOR,
    Role.FORCE_STRATEGIC_LEAD,
    Role.REGIONAL_COORDINATOR,
    Role.NATIONAL_ASSURANCE,
    Role.PANEL_CHAIR,
    Role.PANEL_MEMBER,
    Role.ADMINISTRATOR,
)


def sees(role: Role, relation: Relation) -> Sees:
    """What this role should see of a case in this relation."""
    return EXPECTED[role].get(relation, Sees.NOTHING)


def database_findings(world: World, roles: tuple[Role, ...] = TELLING) -> Iterator[str]:
    """Where the rows that each role sees, with no filter of the application's, are not those declared."""
    note_rows(world)
    for role in roles:
        world.given_to(role)
        seen = rows_seen(world, world.people[role])
        for relation in world.planted:
            expected = set(BY_SIGHT[sees(role, relation)])
            if sees(role, relation) is Sees.PART and Capability.OVERSEE_NATION in CAPABILITIES[role]:
                expected |= STANDING
            yield from (f"{role}, {relation.name}: {table}" for table in expected ^ seen[relation])


def note_rows(world: World) -> None:
    """Keep, for the length of a transaction and in sight of everybody, whose each row is."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.planted; DROP TABLE IF EXISTS pg_temp.said")
        cursor.execute("CREATE TEMP TABLE planted AS SELECT id, subject_id FROM cases_case")
        cursor.execute(
            "CREATE TEMP TABLE said AS"
            " SELECT id AS entry_id, chain, stage = 'gateway' AS part FROM ledger_entry"
        )
        cursor.execute("GRANT SELECT ON planted, said TO handrail_web")


def rows_seen(world: World, person: Person) -> dict[Relation, set[str]]:
    """The tables of which somebody sees rows of each case, straight from the database."""
    relation_of = {planted.case.pk: relation for relation, planted in world.planted.items()}
    seen: dict[Relation, set[str]] = {relation: set() for relation in world.planted}
    with context.asking(person), connection.cursor() as cursor:
        for table, statement in ROWS.items():
            given = [person.pk] if table == "access_grant, of others" else list(relation_of)
            cursor.execute(statement, [given] if "%s" in statement else None)
            for (case,) in cursor.fetchall():
                if case in relation_of:
                    seen[relation_of[case]].add(table)
    return seen


@contextmanager
def pages_alone() -> Iterator[None]:
    """The pages without the database's wall: whoever asks has the superuser's rights and rows."""
    with patch("handrail.access.context.asking", as_the_superuser):
        yield


ABOUT_A_CASE: dict[str, Callable[[Planted], list[Any]]] = {
    "cases:case": lambda planted: [planted.case.pk],
    "cases:entry": lambda planted: [planted.case.pk, 1],
    "cases:begin": lambda planted: [planted.case.pk, "ask-for-information"],
    "cases:answer": lambda planted: [planted.case.pk, 1, "action-done"],
    "cases:access": lambda planted: [planted.case.pk],
    "cases:likenesses": lambda planted: [planted.case.pk],
    "cases:person": lambda planted: [planted.case.pk],
    "cases:another": lambda planted: [planted.case.pk],
    "cases:identity": lambda planted: [planted.case.pk],
}
OPEN = 200
LISTS = ("web:home", "cases:list", "cases:referrals", "cases:checks")


def is_outside(role: Role, name: str) -> bool:
    """Whether a page says that it is not for those who hold this role."""
    audience = next(page.audience for page in pages() if page.name == name)
    return audience in NEEDED and CAPABILITIES[role].isdisjoint(NEEDED[audience])


def page_findings(world: World, roles: tuple[Role, ...] = TELLING) -> Iterator[str]:
    """Where the pages alone show a word of a case that was not declared for a role, or open to outsiders."""
    for role in roles:
        world.given_to(role)
        client = Client(raise_request_exception=False)
        client.force_login(world.people[role])
        opened = {name: client.get(reverse(name)) for name in LISTS}
        texts = {name: page.content.decode(errors="replace") for name, page in opened.items()}
        wrong = [name for name, page in opened.items() if page.status_code == OPEN and is_outside(role, name)]
        yield from (f"{role}: {name} is open to them" for name in wrong)
        texts["cases:find"] = client.post(reverse("cases:find"), {"words": "Qanary"}).content.decode()
        for relation, planted in world.planted.items():
            for name, arguments in ABOUT_A_CASE.items():
                texts[name] = text_at(client, reverse(name, args=arguments(planted)))
            for name, text in texts.items():
                wrong = shown(role, relation, planted, text)
                yield from (f"{role}, {relation.name}, {name}: {word}" for word in wrong)


def text_at(client: Client, address: str) -> str:
    return str(client.get(address).content.decode(errors="replace"))


def shown(role: Role, relation: Relation, planted: Planted, text: str) -> list[str]:
    """The words of a case that a text shows and should not."""
    referral = planted.case.referrals.get().reference
    words = [
        planted.case.reference,
        referral,
        planted.name,
        planted.said_in_part,
        planted.said,
        planted.lived,
    ]
    allowed = {Sees.NOTHING: 0, Sees.STANDING: 2, Sees.PART: 4, Sees.WHOLE: 6}[sees(role, relation)]
    return [word for word in words[allowed:] if word in text]
