from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from handrail.access import context
from handrail.config import privileges
from handrail.config.database import ROLES, Role
from handrail.config.privileges import Right

SERVING = (Role.WEB, Role.JOBS)
NEVER = ("TRUNCATE", "REFERENCES", "TRIGGER")
RECORD = ("ledger_entry", "ledger_content", "ledger_leaf", "ledger_head")


@pytest.mark.django_db
def test_every_table_is_declared() -> None:
    undeclared = [name for name in privileges.tables(connection) if privileges.of_table(name) is None]
    assert not undeclared, "Say in handrail/config/privileges.py who may do what on these tables."


@pytest.mark.django_db
def test_every_declaration_is_of_a_table_that_exists() -> None:
    used = {
        next((pattern for pattern in privileges.TABLES if fnmatchcase(name, pattern)), "")
        for name in privileges.tables(connection)
    }
    left_over = sorted(set(privileges.TABLES) - used)
    assert left_over == [], "There is no such table: take it out of TABLES in handrail/config/privileges.py."


@pytest.mark.django_db
def test_the_database_grants_what_is_declared_and_no_more() -> None:
    for table in privileges.tables(connection):
        declared = privileges.of_table(table) or privileges.NOTHING
        for role in SERVING:
            expected = {right.value for right in declared.get(role, frozenset())}
            assert rights_on(table, role) == expected, f"{role} on {table}"


def rights_on(table: str, role: Role) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name"
            " WHERE has_table_privilege(%s, quote_ident(%s), name)",
            [[*(right.value for right in Right), *NEVER], role.login, table],
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_only_declared_functions_may_be_run() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, has_function_privilege('handrail_web', oid, 'EXECUTE') FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace"
        )
        for name, may_run in cursor.fetchall():
            assert may_run == (Role.WEB in privileges.of_function(name)), name


@pytest.mark.django_db
def test_no_role_of_ours_passes_over_grants_or_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s) AND rolcanlogin"
            " AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)",
            [[role.login for role in ROLES]],
        )
        assert cursor.fetchone() == (len(ROLES),)


@pytest.mark.django_db
def test_whatever_asks_in_the_tests_does_so_as_the_web() -> None:
    def user() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            return str(cursor.fetchone()[0])

    before = user()
    with context.asking(None):
        assert user() == "handrail_web"
    assert user() == before != "handrail_web"


@pytest.fixture(params=SERVING)
def serving(
    request: pytest.FixtureRequest,
    web_connection: psycopg.Connection[Any],
    jobs_connection: psycopg.Connection[Any],
) -> psycopg.Connection[Any]:
    return web_connection if request.param is Role.WEB else jobs_connection


@pytest.mark.parametrize("table", RECORD)
@pytest.mark.parametrize("attack", ["DELETE FROM {}", "TRUNCATE {}", "TRUNCATE {} CASCADE", "DROP TABLE {}"])
def test_who_serves_cannot_remove_from_the_record(
    serving: psycopg.Connection[Any], table: str, attack: str
) -> None:
    refuse(serving, attack, table)


@pytest.mark.parametrize("table", [*RECORD, "ledger_chain"])
def test_who_serves_cannot_change_the_record(serving: psycopg.Connection[Any], table: str) -> None:
    columns = serving.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = quote_ident(%s)::regclass AND attnum > 0", [table]
    ).fetchall()
    assert columns
    for (column,) in columns:
        refuse(serving, "UPDATE {} SET {} = {}", table, column, column)


@pytest.mark.parametrize("table", RECORD)
def test_who_serves_cannot_switch_its_triggers_off(serving: psycopg.Connection[Any], table: str) -> None:
    refuse(serving, "ALTER TABLE {} DISABLE TRIGGER ALL", table)
    with pytest.raises(InsufficientPrivilege):
        serving.execute("SET session_replication_role = replica")


@pytest.mark.parametrize(
    "attack",
    [
        "SET ROLE handrail_owner",
        "CREATE TABLE mine ()",
        "CREATE TEMPORARY TABLE mine ()",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER ROLE handrail_web SUPERUSER",
        "COPY ledger_entry TO PROGRAM 'cat'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_who_serves_cannot_get_more_than_it_was_given(serving: psycopg.Connection[Any], attack: str) -> None:
    refuse(serving, attack)


def refuse(attacker: psycopg.Connection[Any], attack: str, *names: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        attacker.execute(sql.SQL(attack).format(*map(sql.Identifier, names)))


@pytest.fixture
def as_owner(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Django's own connection, for once the owner's."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "USER", Role.OWNER.login)
    yield
    connection.close()


@pytest.mark.usefixtures("as_owner")
def test_applying_takes_away_what_is_not_declared(owner_connection: psycopg.Connection[Any]) -> None:
    owner_connection.execute("GRANT ALL ON ledger_entry TO handrail_web")
    owner_connection.execute("GRANT UPDATE ON ledger_head TO PUBLIC")
    privileges.apply(connection)
    privileges.apply(connection)
    assert rights_on("ledger_entry", Role.WEB) == {"SELECT", "INSERT"}
    assert rights_on("ledger_head", Role.JOBS) == {"SELECT", "INSERT"}


@pytest.mark.usefixtures("as_owner")
def test_a_new_table_is_closed_until_somebody_declares_it(owner_connection: psycopg.Connection[Any]) -> None:
    owner_connection.execute("CREATE TABLE unheard_of ()")
    privileges.apply(connection)
    assert "unheard_of" in privileges.tables(connection)
    assert privileges.of_table("unheard_of") is None
    assert rights_on("unheard_of", Role.WEB) == set()


@pytest.mark.parametrize("run", ["once", "and again"])
def test_what_a_test_commits_or_breaks_is_gone_in_the_next(
    admin_connection: psycopg.Connection[Any], run: str
) -> None:
    assert admin_connection.execute("SELECT to_regclass('left_behind')").fetchone() == (None,)
    admin_connection.execute("CREATE TABLE left_behind ()")
