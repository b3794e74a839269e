"""Who may do what on which table: all of it, here.

The owner owns every table. The web and the jobs have what this page grants them and nothing else; what is
append-only is so because nobody who serves was ever given more than SELECT and INSERT on it.
"""

from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import LiteralString

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.transaction import atomic
from psycopg import sql

from handrail.config.database import Role


class Right(StrEnum):
    """A right on a table, as PostgreSQL names it."""

    SELECT = "SELECT"
    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


Grants = Mapping[Role, frozenset[Right]]

READ = frozenset({Right.SELECT})
APPEND = frozenset({Right.SELECT, Right.INSERT})
CHANGE = frozenset({Right.SELECT, Right.INSERT, Right.UPDATE})
ALL = frozenset(Right)
NOTHING: Grants = {}

BOTH_READ: Grants = {Role.WEB: READ, Role.JOBS: READ}
BOTH_APPEND: Grants = {Role.WEB: APPEND, Role.JOBS: APPEND}
BOTH_CHANGE: Grants = {Role.WEB: CHANGE, Role.JOBS: CHANGE}

# A name may be a pattern; the first that fits counts.
TABLES: Mapping[str, Grants] = {
    # Django's own
    "django_migrations": BOTH_READ,
    "django_content_type": BOTH_READ,
    "auth_permission": BOTH_READ,
    "auth_group": BOTH_READ,
    "auth_group_permissions": BOTH_READ,
    # Signing in. What allauth would keep of addresses is not used
    "sign_in_session": {Role.WEB: ALL, Role.JOBS: frozenset({Right.SELECT, Right.UPDATE, Right.DELETE})},
    "sign_in_link": BOTH_CHANGE,  # the worker makes those that it sends
    "sign_in_outsideidentity": {Role.WEB: frozenset({Right.SELECT, Right.INSERT, Right.DELETE})},
    "sign_in_allowance": {Role.WEB: CHANGE, Role.JOBS: frozenset({Right.SELECT, Right.DELETE})},
    "mfa_authenticator": {Role.WEB: ALL},
    "account_emailaddress": NOTHING,
    "account_emailconfirmation": NOTHING,
    # The queue: the web puts work in, the worker does it and tidies up
    "procrastinate_*": {Role.WEB: APPEND, Role.JOBS: ALL},
    "pghistory_context": BOTH_CHANGE,
    # The history of rows: each change is added by a trigger
    "*event": {Role.WEB: frozenset({Right.INSERT}), Role.JOBS: frozenset({Right.INSERT})},
    # People and posts: ended, never removed
    "organisations_*": {Role.WEB: CHANGE, Role.JOBS: READ},
    # Who was let see what, and who looked
    # An import keeps colleagues out by name, and closes a case that nobody else could allocate.
    "access_grant": {Role.WEB: CHANGE, Role.JOBS: APPEND},
    "access_exclusion": {Role.WEB: CHANGE, Role.JOBS: APPEND},
    "access_sample": {Role.WEB: CHANGE, Role.JOBS: READ},
    "access_reading": BOTH_APPEND,
    # What follows from the record: it changes, and every change leaves a row of history
    "subjects_subject": BOTH_CHANGE,
    "subjects_detail": BOTH_CHANGE,
    "subjects_sought": {
        Role.WEB: frozenset({Right.INSERT}),
        Role.JOBS: frozenset({Right.SELECT, Right.DELETE}),
    },
    # How subjects are found; a key is taken away when what it was made of is known to be wrong
    "subjects_outline": BOTH_CHANGE,
    "subjects_key": dict.fromkeys(
        (Role.WEB, Role.JOBS), frozenset({Right.SELECT, Right.INSERT, Right.DELETE})
    ),
    "subjects_counted": {Role.WEB: READ, Role.JOBS: CHANGE},
    "subjects_proposal": BOTH_CHANGE,
    "subjects_link": BOTH_READ,  # written by functions of the database, out of somebody's act
    "cases_case": BOTH_CHANGE,
    "cases_referral": BOTH_CHANGE,
    "cases_deadline": BOTH_CHANGE,
    "cases_receipt": {Role.WEB: CHANGE, Role.JOBS: READ},
    "cases_matter": {Role.WEB: CHANGE, Role.JOBS: READ},
    "cases_followup": BOTH_CHANGE,
    # The worker begins what is due again and again from organisations.
    "records_recorddeadline": {Role.WEB: CHANGE, Role.JOBS: APPEND},
    "cases_raisedmarking": {Role.WEB: APPEND, Role.JOBS: READ},
    "cases_summary": BOTH_APPEND,
    "cases_redacted": BOTH_APPEND,
    "cases_redaction": BOTH_APPEND,
    "documents_document": BOTH_APPEND,
    "cases_restriction": {Role.WEB: CHANGE, Role.JOBS: APPEND},
    # Forms that are being filled in; forgotten when nobody comes back to them
    "cases_draft": {Role.WEB: CHANGE, Role.JOBS: frozenset({Right.SELECT, Right.DELETE})},
    # Those outside: how often, the code for an email address, and the digest of a contact
    "outside_passage": {Role.WEB: CHANGE, Role.JOBS: frozenset({Right.SELECT, Right.DELETE})},
    "outside_confirmation": {
        Role.WEB: CHANGE,
        Role.JOBS: frozenset({Right.SELECT, Right.UPDATE, Right.DELETE}),
    },
    "question_sets_year": {Role.WEB: CHANGE, Role.JOBS: READ},
    # Forms that are answered by a link: the worker sends it and makes its secret
    "form_links_formlink": {Role.WEB: CHANGE, Role.JOBS: frozenset({Right.SELECT, Right.UPDATE})},
    "outside_contact": {Role.WEB: APPEND, Role.JOBS: READ},
    # What people are told: the worker tells, the web shows it and marks it as read
    "notices_notice": {Role.WEB: frozenset({Right.SELECT, Right.UPDATE}), Role.JOBS: ALL},
    "notices_mailchoice": {Role.WEB: CHANGE, Role.JOBS: READ},
    "notices_letter": {Role.JOBS: ALL},
    "notices_round": {Role.JOBS: CHANGE},
    # The record: nobody who serves may change or remove a line of it
    "ledger_entry": BOTH_APPEND,
    "ledger_content": BOTH_APPEND,
    "ledger_chain": BOTH_READ,  # written by the entry's own trigger, as the owner
    "ledger_unsealed": BOTH_READ,  # written by the triggers of entries and leaves, as the owner
    "ledger_leaf": {Role.WEB: READ, Role.JOBS: APPEND},
    "ledger_head": {Role.WEB: READ, Role.JOBS: APPEND},
}

# A function that is not named runs for its owner alone. A trigger's function needs no grant.
FUNCTIONS: Mapping[str, frozenset[Role]] = {
    "access_enter": frozenset({Role.WEB}),
    "access_given": frozenset({Role.WEB, Role.JOBS}),
    "access_looked": frozenset({Role.WEB}),
    "access_copies": frozenset({Role.WEB}),
    "access_on_written": frozenset({Role.WEB}),
    "cases_called_by_source": frozenset({Role.WEB, Role.JOBS}),
    "subjects_called": frozenset({Role.WEB, Role.JOBS}),
    "subjects_called_otherwise": frozenset({Role.WEB, Role.JOBS}),
    "subjects_told": frozenset({Role.WEB, Role.JOBS}),
    "subjects_near": frozenset({Role.WEB}),
    "subjects_near_any": frozenset({Role.JOBS}),
    "subjects_pointers": frozenset({Role.WEB}),
    "subjects_linked": frozenset({Role.WEB}),
    "subjects_link": frozenset({Role.WEB}),
    "subjects_unlink": frozenset({Role.WEB}),
    "cases_draft_of": frozenset({Role.WEB}),
    "cases_packs": frozenset({Role.WEB, Role.JOBS}),
    "checks_*": frozenset({Role.WEB, Role.JOBS}),
    "outside_same_contact": frozenset({Role.WEB}),
    "access_record_of": frozenset({Role.WEB}),
    "access_references_of": frozenset({Role.WEB}),
    "access_readings_of": frozenset({Role.WEB}),
    "access_patterns": frozenset({Role.WEB}),
    "access_patterns_between": frozenset({Role.JOBS}),
    "cases_unattended": frozenset({Role.WEB}),
    "cases_owners_not_in_post": frozenset({Role.WEB, Role.JOBS}),
    "procrastinate_*": frozenset({Role.WEB, Role.JOBS}),
    "_pgh_attach_context": frozenset({Role.WEB, Role.JOBS}),
    "_pgtrigger_should_ignore": frozenset({Role.WEB, Role.JOBS}),
}


def of_table(name: str) -> Grants | None:
    """What is granted on a table, or None where nobody said."""
    return next((grants for pattern, grants in TABLES.items() if fnmatchcase(name, pattern)), None)


def of_function(name: str) -> frozenset[Role]:
    """Who may run a function."""
    found = (roles for pattern, roles in FUNCTIONS.items() if fnmatchcase(name, pattern))
    return next(found, frozenset())


def apply(connection: BaseDatabaseWrapper) -> None:
    """Takes every right away and grants what is declared, in one transaction. Runs as the owner."""
    with atomic(using=connection.alias), connection.cursor() as cursor:
        _close(cursor)
        for table in tables(connection):
            _grant_table(cursor, table, of_table(table) or NOTHING)
        for name, signature in _functions(cursor):
            _grant_function(cursor, signature, of_function(name))


def tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Every table and view of Handrail's schema."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


SERVING = sql.SQL(", ").join(sql.Identifier(role.login) for role in (Role.WEB, Role.JOBS))


def _close(cursor: CursorWrapper) -> None:
    """Nobody but the owner may do anything, now and with what is made later."""
    everyone = sql.SQL("PUBLIC, {}").format(SERVING)
    for statement in (
        "REVOKE ALL ON SCHEMA public FROM {}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {}",
        "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    ):
        _run(cursor, statement, everyone)
    _run(cursor, "GRANT USAGE ON SCHEMA public TO {}", SERVING)


def _grant_table(cursor: CursorWrapper, table: str, grants: Grants) -> None:
    for role, rights in grants.items():
        listed = sql.SQL(", ").join(sql.SQL(right.value) for right in sorted(rights))
        _run(cursor, "GRANT {} ON {} TO {}", listed, sql.Identifier(table), sql.Identifier(role.login))
        if Right.INSERT in rights:
            _grant_sequences(cursor, table, role)


def _grant_sequences(cursor: CursorWrapper, table: str, role: Role) -> None:
    """Who may add a row may also take its number."""
    cursor.execute(
        "SELECT sequence.relname FROM pg_depend JOIN pg_class sequence ON sequence.oid = pg_depend.objid"
        " WHERE refobjid = quote_ident(%s)::regclass AND sequence.relkind = 'S' AND deptype IN ('a', 'i')",
        [table],
    )
    for (name,) in cursor.fetchall():
        _run(cursor, "GRANT USAGE ON SEQUENCE {} TO {}", sql.Identifier(name), sql.Identifier(role.login))


def _functions(cursor: CursorWrapper) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT proname, oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    )
    return [(name, signature) for name, signature in cursor.fetchall()]


def _grant_function(cursor: CursorWrapper, signature: str, roles: frozenset[Role]) -> None:
    for role in sorted(roles):
        # The signature is PostgreSQL's own spelling of the function, quoted where it has to be.
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {role.login}")


def _run(cursor: CursorWrapper, statement: LiteralString, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(*parts))
