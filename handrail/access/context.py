"""Who asks in the database. Outside these blocks it shows the web nothing.

Each sets what row security reads for one transaction only, so that nothing of it is left on a connection that
the next request is served by. An error ends the transaction, and what was set with it.
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
    """A transaction in which this person asks; None is somebody outside, who sees no record at all.

    What they may see the database reads from their posts itself, now.
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
    """Make this person the one who asks, by what they may see now, for the rest of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM access_enter(%s)", [person.pk if person else None])
        rows = cursor.fetchall()
    if (known := read_already.get()) is not None:
        known.clear()
        if person:
            known[person.pk] = given_by(rows, person)


@contextmanager
def writing(record: UUID) -> Iterator[None]:
    """While the block runs, who asks may also see and write this record.

    For the act that opens a case, whose author often may not see it afterwards, and for those that end
    their author's own sight of it.
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
    """For the rest of the transaction this draft of the public form can be seen and written.

    Who fills that in is nobody, also where somebody is signed in: it shows and writes as for anybody outside.
    """
    enter(None)
    _run("SELECT set_config('handrail.draft', %s, true)", str(draft))


def hold_form_link(digest: str) -> None:
    """For the rest of the transaction the form link of this digest can be seen and written, by nobody else.

    Who answers it is nobody, also where somebody is signed in.
    """
    enter(None)
    _run("SELECT set_config('handrail.form_link', %s, true)", digest)


def hold_drafts(drafts: Iterable[UUID]) -> None:
    """For the rest of the transaction these drafts of the public form can be seen, and not written."""
    enter(None)
    _run("SELECT set_config('handrail.held', %s, true)", f"{{{','.join(map(str, drafts))}}}")


def _run(statement: str, *parameters: UUID | str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
