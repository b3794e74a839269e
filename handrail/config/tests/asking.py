"""Tests and benches connect as the superuser, and ask as the web asks."""

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
    """In place of `context.asking`: the connection has the web's rights and rows too, and gives them back."""
    with AS_TOLD(person):
        _execute("SET LOCAL ROLE handrail_web")
        yield
        _execute("RESET ROLE")


@contextmanager
def as_the_superuser(person: Person | None) -> Iterator[None]:
    """In place of `context.asking`: every row is in sight, as if there were no row security."""
    with transaction.atomic():
        before = read_already.set({})
        try:
            yield
        finally:
            read_already.reset(before)


def _execute(statement: LiteralString) -> None:
    """Send what only the tests send, past whoever counts the statements of a page."""
    assert isinstance(connection.connection, psycopg.Connection)
    connection.connection.execute(statement)
