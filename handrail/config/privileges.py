"""The grants of the web and the worker on every table and function, all in this module.

The owner role owns every table. The web and the jobs role have the grants listed here and no others. A
table is append-only because neither role has more than SELECT and INSERT on it.
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

# A key may be a pattern; the first key that fits counts.
TABLES: Mapping[str, Grants] = {
    # Django's own
    "django_migrations": BOTH_READ,
    "django_content_type": BOTH_READ,
    "auth_*": NOTHING,
    # Signing in. allauth's own table of addresses is not used
    "sign_in_session": {Role.WEB: ALL, Role.JOBS: frozenset({Right.SELECT, Right.UPDATE, Right.DELETE})},
    "sign_in_link": BOTH_CHANGE,  # the worker makes the links that it sends
    "sign_in_outsideidentity": {Role.WEB: frozenset({Right.SELECT, Right.INSERT, Right.DELETE})},
    "sign_in_allowance": {Role.WEB: CHANGE, Role.JOBS: frozenset({Right.SELECT, Right.DELETE})},
    "mfa_authenticator": {Role.WEB: ALL},
    "account_emailaddress": NOTHING,
    "account_emailconfirmation": NOTHING,
    # The queue: the worker runs and removes jobs; the web adds some by a function
    "procrastinate_*": {Role.JOBS: ALL},
    "pghistory_context": NOTHING,
    # The history of rows: triggers add each change
    "*event": {Role.WEB: frozenset({Right.INSERT}), Role.JOBS: frozenset({Right.INSERT})},
    # People and posts: ended, never removed
    "organisations_*": {Role.WEB: CHANGE, Role.JOBS: READ},
    # Grants, exclusions and the log of reads
    # An import may exclude colleagues by name, and restrict a case that nobody else could allocate.
    "access_grant": {Role.WEB: CHANGE, Role.JOBS: APPEND},
    "access_exclusion": {Role.WEB: CHANGE, Role.JOBS: APPEND},
    "access_sample": {Role.WEB: CHANGE, Role.JOBS: READ},
    "access_reading": BOTH_APPEND,
    # State derived from the record. It may change, and every change leaves a row of history
    "subjects_subject": BOTH_CHANGE,
    "subjects_detail": BOTH_CHANGE,
    "subjects_sought": {
        Role.WEB: frozenset({Right.INSERT}),
        Role.JOBS: frozenset({Right.SELECT, Right.DELETE}),
    },
    # Search keys of subjects; a key is deleted once its source is known to be wrong
    "subjects_outline": BOTH_CHANGE,
    "subjects_key": dict.fromkeys(
        (Role.WEB, Role.JOBS), frozenset({Right.SELECT, Right.INSERT, Right.DELETE})
    ),
    "subjects_counted": {Role.WEB: READ, Role.JOBS: CHANGE},
    "subjects_proposal": BOTH_CHANGE,
    "subjects_link": BOTH_READ,  # written by database functions, on the act of a user
    "cases_case": BOTH_CHANGE,
    "cases_referral": BOTH_CHANGE,
    "cases_deadline": BOTH_CHANGE,
    "cases_receipt": {Role.WEB: CHANGE, Role.JOBS: READ},
    "cases_matter": {Role.WEB: CHANGE, Role.JOBS: READ},
    "cases_followup": BOTH_CHANGE,
    # The worker opens the recurring obligations of organisations.
    "records_recorddeadline": {Role.WEB: CHANGE, Role.JOBS: APPEND},
    "cases_raisedmarking": {Role.WEB: APPEND, Role.JOBS: READ},
    "cases_summary": BOTH_APPEND,
    "cases_redacted": BOTH_APPEND,
    "cases_redaction": BOTH_APPEND,
    "documents_document": BOTH_APPEND,
    "cases_restriction": {Role.WEB: CHANGE, Role.JOBS: APPEND},
    # Drafts; deleted when nobody returns to them
    "cases_draft": {Role.WEB: CHANGE, Role.JOBS: frozenset({Right.SELECT, Right.DELETE})},
    # People outside: rate limits, e-mail codes, and digests of contacts
    "outside_passage": {Role.WEB: CHANGE, Role.JOBS: frozenset({Right.SELECT, Right.DELETE})},
    "outside_confirmation": {
        Role.WEB: CHANGE,
        Role.JOBS: frozenset({Right.SELECT, Right.UPDATE, Right.DELETE}),
    },
    "question_sets_year": {Role.WEB: CHANGE, Role.JOBS: READ},
    # Forms answered by a link: the worker sends the link and makes its secret
    "form_links_formlink": {Role.WEB: CHANGE, Role.JOBS: frozenset({Right.SELECT, Right.UPDATE})},
    "form_links_linkdraft": {Role.WEB: ALL, Role.JOBS: frozenset({Right.SELECT, Right.DELETE})},
    "outside_contact": {Role.WEB: APPEND, Role.JOBS: READ},
    # Notices: the worker writes them, the web shows them and marks them as read
    "notices_notice": {Role.WEB: frozenset({Right.SELECT, Right.UPDATE}), Role.JOBS: ALL},
    "notices_mailchoice": {Role.WEB: CHANGE, Role.JOBS: READ},
    "notices_letter": {Role.JOBS: ALL},
    "notices_round": {Role.JOBS: CHANGE},
    # The ledger: no serving role may change or remove a line
    "ledger_entry": BOTH_APPEND,
    "ledger_content": BOTH_APPEND,
    "ledger_chain": BOTH_READ,  # written by the trigger of entries, as the owner
    "ledger_unsealed": BOTH_READ,  # written by the triggers of entries and leaves, as the owner
    "ledger_leaf": {Role.JOBS: APPEND},
    "ledger_head": {Role.JOBS: APPEND},
}

# A function without an entry runs for its owner only. A trigger function needs no grant.
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
    "procrastinate_*": frozenset({Role.JOBS}),
    "queue_job": frozenset({Role.WEB, Role.JOBS}),
    "ledger_sealing": frozenset({Role.JOBS}),
    "_pgh_attach_context": frozenset({Role.WEB, Role.JOBS}),
    "_pgtrigger_should_ignore": frozenset({Role.WEB, Role.JOBS}),
}


def of_table(name: str) -> Grants | None:
    """Return the grants on a table; None where it is not declared."""
    return next((grants for pattern, grants in TABLES.items() if fnmatchcase(name, pattern)), None)


def of_function(name: str) -> frozenset[Role]:
    """Return the roles that may run a function."""
    found = (roles for pattern, roles in FUNCTIONS.items() if fnmatchcase(name, pattern))
    return next(found, frozenset())


def apply(connection: BaseDatabaseWrapper) -> None:
    """Revoke all rights and grant the declared ones, in one transaction. Runs as the owner."""
    with atomic(using=connection.alias), connection.cursor() as cursor:
        _close(cursor)
        for table in tables(connection):
            _grant_table(cursor, table, of_table(table) or NOTHING)
        for name, signature in _functions(cursor):
            _grant_function(cursor, signature, of_function(name))


def tables(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of all tables and views in Handrail's schema."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


SERVING = sql.SQL(", ").join(sql.Identifier(role.login) for role in (Role.WEB, Role.JOBS))


def _close(cursor: CursorWrapper) -> None:
    """Revoke everything from everybody but the owner, also for tables made later."""
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
    """Grant the sequences of a table to each role that may add rows."""
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
        # PostgreSQL's own spelling of the signature, quoted where needed.
        cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {role.login}")


def _run(cursor: CursorWrapper, statement: LiteralString, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(*parts))
