"""Replacements of `context.asking` for tests and benches, which connect as the superuser."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from django.db import connection, transaction

from handrail.access import context
from handrail.access.given import read_already
from handrail.organisations.models import Person

AS_TOLD = context.asking


@contextmanager
def as_the_web(person: Person | None) -> Iterator[None]:
    """Replace `context.asking`: set the user, and take the web's rights and rows while the block runs."""
    with AS_TOLD(person):
        _execute("SET LOCAL ROLE handrail_web")
        yield
        _execute("RESET ROLE")


@contextmanager
def as_the_superuser(person: Person | None) -> Iterator[None]:
    """Replace `context.asking`: set the user, but see every row, as if there were no row security."""
    with transaction.atomic():
        before = read_already.set({})
        try:
            yield
        finally:
            read_already.reset(before)


def _execute(statement: LiteralString) -> None:
    """Execute a statement of the tests only, unseen by those that count a page's statements."""
    assert isinstance(connection.connection, psycopg.Connection)
    connection.connection.execute(statement)
