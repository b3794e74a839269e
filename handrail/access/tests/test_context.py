"""The user of a transaction and the record that it writes, as the database knows them."""

from uuid import UUID, uuid4

import pytest
from django.db import DataError, connection, transaction

from handrail.access.context import writing


def written() -> str:
    """Return the record that the transaction may see and write besides what its user may."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('handrail.writing', true)")
        return (cursor.fetchone() or ("",))[0] or ""


def fail(record: UUID) -> None:
    with writing(record):
        assert written() == str(record)
        raise ValueError("No")


def divide_by_nothing(record: UUID) -> None:
    with transaction.atomic(), writing(record), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


@pytest.mark.django_db
def test_a_record_is_open_while_the_block_runs_also_where_it_fails() -> None:
    with pytest.raises(ValueError, match="No"):
        fail(uuid4())
    assert written() == ""


@pytest.mark.django_db
def test_a_failed_statement_shows_its_own_error_and_closes_the_record() -> None:
    with pytest.raises(DataError, match="division by zero"):
        divide_by_nothing(uuid4())
    assert written() == ""
