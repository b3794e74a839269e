"""Tests and benches connect as the superuser, and ask as the web asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from handrail.access import context
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
        yield


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
