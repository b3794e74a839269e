"""What spares a test a fresh database has to notice all that the one before could leave behind."""

from typing import Any

import psycopg
import pytest
from django.db import connections

from handrail.config import database
from handrail.config.database import Role
from handrail.config.tests import written

ATTACKS = [
    "INSERT INTO django_migrations (app, name, applied) VALUES ('left', 'behind', now())",
    "CREATE TABLE left_behind ()",
    "TRUNCATE cases_draft CASCADE",
    "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    "ALTER TABLE ledger_entry DISABLE ROW LEVEL SECURITY",
    "GRANT ALL ON ledger_entry TO PUBLIC",
    "REVOKE SELECT ON ledger_entry FROM handrail_web",
    "COMMENT ON TABLE ledger_entry IS 'left behind'",
    "CREATE FUNCTION left_behind() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP TABLE access_reading CASCADE",
    "SELECT lo_create(0)",
    "SET session_replication_role = replica; DELETE FROM django_migrations",
    "UPDATE django_migrations SET name = name WHERE id = (SELECT min(id) FROM django_migrations)",
    "COPY django_migrations (app, name, applied) FROM PROGRAM 'printf \"a,b,2026-01-01\"' WITH (FORMAT csv)",
]


def entered(name: str) -> psycopg.Connection[Any]:
    return psycopg.connect(**{**database.parameters(Role.ADMIN), "dbname": name}, autocommit=True)


def changes(name: str, statement: str) -> bool:
    """Whether what a connection did that has ended since is noticed."""
    with entered("postgres") as watcher:
        before = written.count(watcher, name)
        with entered(name) as connection:
            connection.execute(statement)
        assert before is not None
        return written.count(watcher, name) != before


@pytest.fixture
def name(transactional_db: None) -> str:
    connections.close_all()
    return str(connections["default"].settings_dict["NAME"])


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_a_test_leaves_behind_is_noticed(name: str, attack: str) -> None:
    assert changes(name, attack)


@pytest.mark.parametrize(
    "look", ["SELECT count(*) FROM ledger_entry", "SET session_replication_role = replica"]
)
def test_who_only_looks_is_not_taken_for_one_who_writes(name: str, look: str) -> None:
    assert not changes(name, look)


def test_as_long_as_somebody_is_there_nothing_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "TRIES", 2)
    with entered("postgres") as watcher, entered(name):
        assert written.count(watcher, name) is None
    with entered("postgres") as watcher:
        assert written.count(watcher, name)
