"""What the tests change of the driver: a plan outlives what is taken back, and ends with its table."""

import pytest
from django.db import connection, transaction

ASKED = "SELECT slug AS planned FROM organisations_organisation"


def ask(times: int = 1) -> None:
    with connection.cursor() as cursor:
        for _ in range(times):
            cursor.execute(ASKED)


def is_planned() -> bool:
    """Whether the server keeps a plan of what was asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", [ASKED])
        return bool(cursor.fetchone() == (1,))


@pytest.fixture
def planned(db: None) -> None:
    """The plan is there after what asked often enough for one was taken back."""
    ask(times=10)
    assert is_planned()
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)


def test_a_plan_stays_when_what_asked_is_taken_back(planned: None) -> None:
    assert is_planned()


def test_a_plan_ends_when_a_table_is_changed(planned: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE organisations_organisation ADD COLUMN planned_for integer")
    ask()
    assert not is_planned()
