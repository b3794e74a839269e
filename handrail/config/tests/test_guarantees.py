"""A process refuses to serve from a database that could lose a record, or as a role that may do too much."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from handrail.access import context
from handrail.config import guarantees
from handrail.config.database import Role
from handrail.config.environment import Misconfigured
from handrail.config.guarantees import refuse_broken, troubles


@pytest.fixture
def hurried_server_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server of the tests waits for no disk; `test_embedded` looks at one that does."""
    monkeypatch.setattr(guarantees, "LASTING", {"data_checksums": guarantees.LASTING["data_checksums"]})


@pytest.mark.django_db
def test_a_server_that_waits_for_no_disk_is_refused() -> None:
    with context.asking(None), pytest.raises(Misconfigured, match="fsync is off: set it to on"):
        refuse_broken(connection, Role.WEB)


@pytest.mark.django_db
@pytest.mark.usefixtures("hurried_server_will_do")
def test_the_database_that_handrail_makes_is_served_from() -> None:
    with context.asking(None):
        refuse_broken(connection, Role.WEB)


@pytest.mark.django_db
def test_rights_that_another_role_was_given_are_refused() -> None:
    wrong = "handrail_jobs may UPDATE on organisations_person"
    with context.asking(None), pytest.raises(Misconfigured, match=wrong):
        refuse_broken(connection, Role.JOBS)


@pytest.mark.usefixtures("hurried_server_will_do")
def test_the_owner_may_own_what_it_migrates(owner_connection: psycopg.Connection[Any]) -> None:
    with owner_connection.cursor() as cursor:
        assert list(troubles(cursor, Role.OWNER)) == []
        assert any("owns" in each for each in troubles(cursor, Role.WEB))


@pytest.fixture
def suspect(admin_connection: psycopg.Connection[Any]) -> Iterator[psycopg.Cursor[Any]]:
    """A role that nobody else ever sees: what is done to it is undone at the end."""
    with admin_connection.transaction(force_rollback=True), admin_connection.cursor() as cursor:
        cursor.execute("CREATE ROLE suspect")
        yield cursor


@pytest.mark.usefixtures("hurried_server_will_do")
def test_settings_that_a_role_gave_itself_are_refused(suspect: psycopg.Cursor[Any]) -> None:
    suspect.execute("ALTER ROLE suspect SET synchronous_commit = off")
    assert "synchronous_commit=off set: ALTER ROLE handrail_web RESET ALL" in said(suspect)


@pytest.mark.usefixtures("hurried_server_will_do")
def test_the_remedy_names_the_database_in_which_a_setting_was_given(suspect: psycopg.Cursor[Any]) -> None:
    suspect.execute("ALTER ROLE suspect IN DATABASE postgres SET synchronous_commit = off")
    assert "synchronous_commit=off set: ALTER ROLE handrail_web IN DATABASE postgres RESET ALL" in said(
        suspect
    )


def said(cursor: psycopg.Cursor[Any]) -> str:
    cursor.execute("SET LOCAL ROLE suspect")
    return " ".join(troubles(cursor, Role.WEB))


@pytest.mark.usefixtures("hurried_server_will_do")
def test_a_role_without_any_right_is_no_trouble(suspect: psycopg.Cursor[Any]) -> None:
    assert said(suspect) == ""


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION"])
def test_a_role_with_powers_of_its_own_is_refused(suspect: psycopg.Cursor[Any], power: str) -> None:
    suspect.execute(f"ALTER ROLE suspect {power}")
    assert f"has {power}: ALTER ROLE handrail_web NO{power}" in said(suspect)


@pytest.mark.parametrize("group", ["handrail_owner", "pg_write_all_data", "pg_execute_server_program"])
def test_a_role_that_belongs_to_another_is_refused(suspect: psycopg.Cursor[Any], group: str) -> None:
    suspect.execute(f"GRANT {group} TO suspect")
    assert f"belongs to {group}" in said(suspect)


def test_a_role_that_owns_a_table_is_refused(suspect: psycopg.Cursor[Any]) -> None:
    suspect.execute("CREATE TABLE own (id int); ALTER TABLE own OWNER TO suspect")
    assert "owns own" in said(suspect)


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE", "UPDATE (actor)", "TRIGGER"])
def test_a_role_that_may_change_the_record_is_refused(suspect: psycopg.Cursor[Any], right: str) -> None:
    suspect.execute(f"GRANT {right} ON ledger_entry TO suspect")
    assert f"may {right.split(maxsplit=1)[0]} on ledger_entry" in said(suspect)


@pytest.mark.parametrize("value", ["off", "local", "remote_write"])
def test_a_server_that_acknowledges_too_early_is_refused(suspect: psycopg.Cursor[Any], value: str) -> None:
    suspect.execute(f"SET LOCAL synchronous_commit = {value}")
    assert f"synchronous_commit is {value}: set it to on or remote_apply" in said(suspect)
