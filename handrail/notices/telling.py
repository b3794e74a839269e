"""The shape of every statement that tells something: it adds what is not there yet, at any time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from handrail.notices.readers import READERS


def telling(told: str, *parts: str) -> str:
    """The statement that tells people something.

    `told` gives the person, kind, case, what it is about, number, time, day due and moment, from what `parts`
    and READERS make.
    """
    return (
        f"WITH {', '.join((READERS, *parts))}"
        " INSERT INTO notices_notice (person_id, kind, case_id, about, number, time, due, since)"
        f" SELECT DISTINCT {told} ON CONFLICT DO NOTHING"
    )


# A plan that is kept for any batch reads whole tables for each.
_AFRESH = "SELECT set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)"


@contextmanager
def planned_afresh() -> Iterator[CursorWrapper]:
    """A transaction in which each statement is planned for what it is given."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_AFRESH)
        yield cursor


def tell_all(statements: Iterable[str], given: Mapping[str, Any]) -> int:
    """Run such statements in one transaction; returns how many were told who had not been before."""
    with planned_afresh() as cursor:
        told = 0
        for statement in statements:
            cursor.execute(statement, given)
            told += cursor.rowcount
    return told


def fetched(statement: str, given: Mapping[str, Any] | Sequence[Any] = ()) -> list[Any]:
    """The rows that a question about the record gives."""
    with planned_afresh() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
