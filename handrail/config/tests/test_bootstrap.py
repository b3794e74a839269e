"""A server of one's own: reached by address, with passwords, by an administrator who is no superuser."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from handrail.config import bootstrap, database, embedded
from handrail.config.database import ROLES, Role
from handrail.config.environment import Misconfigured


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server that asks for passwords, and DATABASE_URL naming its administrator."""
    with TemporaryDirectory(prefix="handrail-") as folder:
        home = Path(folder).resolve()
        monkeypatch.setenv("HANDRAIL_HOME", str(home))
        with embedded.running(home):
            where = make_conninfo(**embedded.address(home))
            with psycopg.connect(f"{where} user=postgres dbname=postgres") as admin:
                admin.execute("CREATE ROLE keeper LOGIN CREATEROLE CREATEDB PASSWORD 'of the keeper'")
                rules = home / "postgres" / "data" / "pg_hba.conf"
                rules.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
                admin.execute("SELECT pg_reload_conf()")
            given = f"{where} user=keeper password='of the keeper' dbname=records"
            monkeypatch.setenv("DATABASE_URL", given)
            yield home


def connect(role: Role) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(**database.parameters(role))


@pytest.mark.usefixtures("server")
def test_roles_and_database_are_made_and_making_them_again_changes_nothing() -> None:
    bootstrap.bootstrap()
    bootstrap.bootstrap()
    for role in ROLES:
        with connect(role) as connection:
            row = connection.execute("SELECT current_user, current_database()").fetchone()
            assert row == (role.login, "records")


@pytest.mark.usefixtures("server")
def test_nobody_else_may_connect() -> None:
    bootstrap.bootstrap()
    with connect(Role.ADMIN) as admin:
        admin.execute("CREATE ROLE stranger LOGIN PASSWORD 'known'")
    given = {**database.parameters(Role.WEB), "user": "stranger", "password": "known"}
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(**given)


@pytest.mark.usefixtures("server")
def test_a_changed_password_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap.bootstrap()
    monkeypatch.setenv("HANDRAIL_WEB_PASSWORD", "another one, given from outside")
    bootstrap.bootstrap()
    connect(Role.WEB).close()


def test_a_server_that_cannot_be_reached_is_an_expected_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "host=/nowhere/at/all user=keeper dbname=records")
    with pytest.raises(Misconfigured, match="The database server cannot be used"):
        bootstrap.bootstrap()
