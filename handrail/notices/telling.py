"""The common form of the statements that create notices: each adds only missing rows, so it can run again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from handrail.notices.readers import READERS

_AGAIN = """ON CONSTRAINT notice_told_once DO UPDATE
    SET since = EXCLUDED.since, over_at = NULL, seen_at = NULL, letter_id = NULL
    WHERE notices_notice.over_at IS NOT NULL"""


def telling(told: str, *parts: str, again: bool = False) -> str:
    """Return the statement that creates notices.

    `told` is a SELECT list with FROM clause that yields a notice's person, kind, case, about, number, time,
    due day and moment. It may use the CTEs in `parts` and READERS. With `again` it yields what waits now,
    such as a deadline that runs: a notice that ended is opened again, unread and unmailed.
    """
    return (
        f"WITH {', '.join((READERS, *parts))}"
        " INSERT INTO notices_notice (person_id, kind, case_id, about, number, time, due, since)"
        f" SELECT DISTINCT ON (1, 2, 3, 4, 5, 6, 7) {told} ON CONFLICT {_AGAIN if again else 'DO NOTHING'}"
    )


# A generic plan, fit for a batch of any size, would read whole tables.
_AFRESH = "SELECT set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)"


@contextmanager
def planned_afresh() -> Iterator[CursorWrapper]:
    """Open a transaction in which each statement is planned for its actual parameters."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_AFRESH)
        yield cursor


def tell_all(statements: Iterable[str], given: Mapping[str, Any]) -> int:
    """Run statements of this form in one transaction; return how many rows they changed."""
    with planned_afresh() as cursor:
        told = 0
        for statement in statements:
            cursor.execute(statement, given)
            told += cursor.rowcount
    return told


def fetched(statement: str, given: Mapping[str, Any] | Sequence[Any] = ()) -> list[Any]:
    """Return the rows of a query."""
    with planned_afresh() as cursor:
        cursor.execute(statement, given)
        return list(cursor.fetchall())
