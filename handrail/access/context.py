"""The user on whose behalf the database is read: row security shows the web no record outside these blocks.

Each block sets what row security reads for one transaction only. Nothing is left on a pooled connection for
the next request. An error ends the transaction and the setting with it.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from handrail.access.given import given_by, read_already
from handrail.organisations.models import Person

WRITE = """SELECT coalesce(current_setting('handrail.writing', true), ''),
    set_config('handrail.writing', %s, true)"""


@contextmanager
def asking(person: Person | None) -> Iterator[None]:
    """Open a transaction on behalf of a user; None stands for a visitor, who sees no record.

    The database works out the user's access from their posts and grants when the block begins.
    """
    with transaction.atomic():
        before = read_already.set({})
        try:
            enter(person)
            yield
        finally:
            read_already.reset(before)
        if connection.savepoint_ids:
            enter(None)


def enter(person: Person | None) -> None:
    """Act on behalf of this user, with the access they have now, for the rest of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_enter(%s)", [person.pk if person else None])
        rows = cursor.fetchall()
    if (known := read_already.get()) is not None:
        known.clear()
        if person:
            known[person.pk] = given_by(rows, person)


@contextmanager
def writing(record: UUID) -> Iterator[None]:
    """Let the current user also read and write one record while the block runs.

    Needed by the act that opens a record, as its author often may not see it afterwards, and by acts that end
    the author's own access.
    """
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [str(record)])
        before, _ = cursor.fetchone() or ("", "")
    try:
        yield
    finally:
        # After a failed statement nothing runs until a rollback, which takes the setting back by itself.
        if connection.connection.info.transaction_status is not TransactionStatus.INERROR:
            _run("SELECT set_config('handrail.writing', %s, true)", before)


def hold_draft(draft: UUID) -> None:
    """Make one draft of the public form readable and writable for the rest of the transaction.

    The form is always filled in as an anonymous visitor, even if a user is signed in.
    """
    enter(None)
    _run("SELECT set_config('handrail.draft', %s, true)", str(draft))


def hold_form_link(digest: str) -> None:
    """Make one form link, by the digest of its token, readable and writable for the rest of the transaction.

    The form is always answered as an anonymous visitor, even if a user is signed in.
    """
    enter(None)
    _run("SELECT set_config('handrail.form_link', %s, true)", digest)


def hold_drafts(drafts: Iterable[UUID]) -> None:
    """Make these drafts of the public form readable, but not writable, for the rest of the transaction."""
    enter(None)
    _run("SELECT set_config('handrail.held', %s, true)", f"{{{','.join(map(str, drafts))}}}")


def _run(statement: str, *parameters: UUID | str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
