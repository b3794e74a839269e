"""Find faults at each wall: row security without the application's filters, and pages without it."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import Client
from django.urls import reverse

from handrail.access import context
from handrail.access.audience import NEEDED
from handrail.access.pages import pages
from handrail.config.tests.asking import as_the_superuser
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from tests.world import Planted, Relation, Sees, World, sees

OPEN = 200
R = Relation


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a user is shown more than declared, or less: a table of the database, or a page."""

    role: Role
    relation: Relation | None
    where: str
    more: bool
    what: str = ""

    def __str__(self) -> str:
        about = self.relation.name if self.relation else "whatever the case"
        return f"{self.role}, {about}: {self.where} shows {'more' if self.more else 'less'} {self.what}"


# The rows that belong to a case, by table; each statement selects the id of the case.
ROWS = {
    "cases_case": "SELECT id FROM cases_case WHERE id = ANY(%s)",
    "cases_referral": "SELECT case_id FROM cases_referral WHERE case_id = ANY(%s)",
    "cases_deadline": "SELECT case_id FROM cases_deadline WHERE case_id = ANY(%s)",
    "subjects_subject": "SELECT c.id FROM subjects_subject s JOIN planted c ON c.subject_id = s.id",
    "subjects_outline": "SELECT c.id FROM subjects_outline o JOIN planted c USING (subject_id)",
    "subjects_detail": "SELECT record FROM subjects_detail WHERE record = ANY(%s)",
    "ledger_entry": "SELECT chain FROM ledger_entry WHERE chain = ANY(%s) AND stage <> 'gateway'",
    "ledger_entry, the part": "SELECT chain FROM ledger_entry WHERE chain = ANY(%s) AND stage = 'gateway'",
    "documents_document": "SELECT record FROM documents_document WHERE record = ANY(%s)",
    "ledger_content": "SELECT p.chain FROM ledger_content JOIN said p USING (entry_id) WHERE NOT part",
    "ledger_content, the part": "SELECT p.chain FROM ledger_content JOIN said p USING (entry_id) WHERE part",
    "access_grant, of others": "SELECT record FROM access_grant WHERE person_id <> ALL(%s)",
    "access_exclusion": "SELECT record FROM access_exclusion WHERE record = ANY(%s)",
    "cases_draft": "SELECT target_id FROM cases_draft WHERE target_id = ANY(%s)",
    "cases_followup": "SELECT case_id FROM cases_followup WHERE case_id = ANY(%s)",
    "cases_receipt": "SELECT r.case_id FROM cases_receipt t JOIN referred r ON r.id = t.referral_id",
    "cases_redacted": "SELECT v.case_id FROM cases_redacted r JOIN versions v USING (id)",
    "cases_redaction": "SELECT case_id FROM cases_redaction WHERE case_id = ANY(%s)",
    "cases_restriction": "SELECT case_id FROM cases_restriction WHERE case_id = ANY(%s)",
    "cases_summary": "SELECT case_id FROM cases_summary WHERE case_id = ANY(%s)",
    "form_links_formlink": "SELECT record FROM form_links_formlink WHERE record = ANY(%s)",
    "cases_raisedmarking": "SELECT record FROM cases_raisedmarking WHERE record = ANY(%s)",
    "outside_contact": "SELECT case_id FROM outside_contact WHERE case_id = ANY(%s)",
    "subjects_key": "SELECT c.id FROM subjects_key k JOIN planted c USING (subject_id)",
}
OTHERS = "access_grant, of others"
STATE = {
    "cases_case",
    "cases_referral",
    "cases_deadline",
    "cases_followup",
    "cases_raisedmarking",
    "ledger_entry",
    "ledger_entry, the part",
    "outside_contact",
}
IN_PART = STATE - {"ledger_entry"} | {
    "documents_document",
    "subjects_subject",
    "ledger_content, the part",
}
# The planted entries at the other stage than "gateway" are the referral, which is of this part, and one more.
IN_SAFEGUARDING = STATE - {"ledger_entry, the part"} | {
    "ledger_content",
    "subjects_subject",
    "subjects_detail",
}
# Nobody sees the drafts of another user, nor that they are excluded.
UNSEEN = {"cases_draft", "access_exclusion"}
WHOLE = set(ROWS) - {OTHERS} - UNSEEN
# Seen by users who may change the case: not through a share or a sample.
OF_WORK = {"cases_receipt", "form_links_formlink", "subjects_key"}
ONLY_READ = {R.BODY, R.SAMPLED}
BY_ACCESS = {
    Sees.WHOLE: WHOLE,
    Sees.PART: IN_PART,
    Sees.SAFEGUARDING: IN_SAFEGUARDING,
    Sees.STATE: STATE,
    Sees.NOTHING: set[str](),
}
# The cases with a grant to a person besides the reader.
GIVEN_TO_OTHERS = {R.FAR, R.INVITED, R.PART, R.EXPIRED, R.ENDED, R.SAMPLED, R.OPENED} | {
    R.RESTRICTED,
    R.NAMED,
    R.NOT_NAMED,
    R.EXCLUDED,
}
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


def rows_declared(role: Role, relation: Relation) -> set[str]:
    """Return the tables in which this role should see rows of a case in this relation."""
    may, access = role.capabilities, sees(role, relation)
    declared = set(BY_ACCESS[access])
    if access is Sees.PART and Capability.OVERSEE_NATION in may:
        declared |= STATE
    if relation in ONLY_READ:
        declared -= OF_WORK
    if relation in GIVEN_TO_OTHERS and _sees_who_else(role, relation):
        declared.add(OTHERS)
    return declared


def _sees_who_else(role: Role, relation: Relation) -> bool:
    """Return whether a role sees grants to others: it reads the case, reviews openings or draws samples."""
    may, access = role.capabilities, sees(role, relation)
    if relation is R.SAMPLED:
        return Capability.CHOOSE_SAMPLE in may
    return access is Sees.WHOLE or (access is not Sees.NOTHING and Capability.REVIEW_OPENINGS in may)


def database_findings(world: World, roles: Collection[Role] = TELLING) -> Iterator[Finding]:
    """Yield each table where a role sees other rows than declared, without any filter of the application."""
    there = note_rows(world)
    for role in roles:
        world.given_to(role)
        seen = rows_seen(world, world.people[role])
        for relation in world.planted:
            declared = rows_declared(role, relation) & there[relation]
            for table in declared ^ seen[relation]:
                yield Finding(role, relation, table, more=table in seen[relation])


NOTES = {
    "planted": "SELECT id, subject_id FROM cases_case",
    "said": "SELECT id AS entry_id, chain, stage = 'gateway' AS part FROM ledger_entry",
    "referred": "SELECT id, case_id FROM cases_referral",
    "versions": "SELECT redacted_id AS id, case_id FROM cases_redaction",
}


def note_rows(world: World) -> dict[Relation, set[str]]:
    """Store to which case each row belongs, for every role to read; return the tables with rows of each."""
    with connection.cursor() as cursor:
        for name, statement in NOTES.items():
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
            cursor.execute(f"CREATE TEMP TABLE {name} AS {statement}")
            cursor.execute(f"GRANT SELECT ON {name} TO handrail_web")
        return _tables_with_rows(world, cursor, reader=None)


def rows_seen(world: World, person: Person) -> dict[Relation, set[str]]:
    """Return the tables in which a person sees rows of each case, straight from the database."""
    with context.asking(person), connection.cursor() as cursor:
        return _tables_with_rows(world, cursor, person)


def _tables_with_rows(world: World, cursor: Any, reader: Person | None) -> dict[Relation, set[str]]:
    relation_of = {planted.case.pk: relation for relation, planted in world.planted.items()}
    found: dict[Relation, set[str]] = {relation: set() for relation in world.planted}
    for table, statement in ROWS.items():
        given = ([reader.pk] if reader else []) if table == OTHERS else list(relation_of)
        cursor.execute(statement, [given] if "%s" in statement else None)
        for (case,) in cursor.fetchall():
            if case in relation_of:
                found[relation_of[case]].add(table)
    return found


@contextmanager
def pages_alone() -> Iterator[None]:
    """Switch off row security for pages: requests have the superuser's rights and rows."""
    with patch("handrail.access.context.asking", as_the_superuser):
        yield


ABOUT_A_CASE: dict[str, Callable[[Planted], list[Any]]] = {
    "cases:case": lambda planted: [planted.case.pk],
    "cases:open": lambda planted: [planted.case.pk],
    "cases:entry": lambda planted: [planted.case.pk, 1],
    "cases:begin": lambda planted: [planted.case.pk, "ask-for-information"],
    "cases:answer": lambda planted: [planted.case.pk, 1, "action-done"],
    "cases:access": lambda planted: [planted.case.pk],
    "cases:likenesses": lambda planted: [planted.case.pk],
    "cases:person": lambda planted: [planted.case.pk],
    "cases:another": lambda planted: [planted.case.pk],
    "cases:identity": lambda planted: [planted.case.pk],
}
LISTS = ("web:home", "cases:list", "cases:referrals", "cases:checks")
FIND = "cases:find"
SHOWN_ON = (*LISTS, FIND, *ABOUT_A_CASE)


def is_outside(role: Role, name: str) -> bool:
    """Return whether a page is not for users with this role."""
    audience = next(page.audience for page in pages() if page.name == name)
    return audience in NEEDED and role.capabilities.isdisjoint(NEEDED[audience])


def page_findings(
    world: World,
    role: Role,
    names: Collection[str] = SHOWN_ON,
    relations: Collection[Relation] = tuple(Relation),
) -> Iterator[Finding]:
    """Yield each page that shows this role an undeclared word of a case, or opens for an outsider."""
    world.given_to(role)
    client = Client(raise_request_exception=False)
    client.force_login(world.people[role])
    texts = {}
    for name in (name for name in names if name not in ABOUT_A_CASE):
        address = reverse(name)
        answer = client.post(address, {"words": "Qanary"}) if name == FIND else client.get(address)
        texts[name] = answer.content.decode(errors="replace")
        if answer.status_code == OPEN and is_outside(role, name):
            yield Finding(role, None, name, more=True)
    for relation in relations:
        planted = world.planted[relation]
        for name in (name for name in names if name in ABOUT_A_CASE):
            texts[name] = text_at(client, reverse(name, args=ABOUT_A_CASE[name](planted)))
        hidden = set(planted.words.values()) - planted.shown_by(sees(role, relation))
        for name, text in texts.items():
            if wrong := sorted(word for word in hidden if word in text):
                yield Finding(role, relation, name, more=True, what=" ".join(wrong))


def text_at(client: Client, address: str) -> str:
    return str(client.get(address).content.decode(errors="replace"))
