"""Create the PostgreSQL roles and the database where they are missing. Runs as the server's administrator."""

from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from handrail.config import database
from handrail.config.database import ROLES, Role
from handrail.config.environment import Misconfigured

OLDEST = 150000  # PostgreSQL 15, as the server counts


def bootstrap() -> None:
    """Create missing roles and the missing database; a second call changes nothing.

    Raises Misconfigured where the server cannot be reached, is too old or refuses.
    """
    given = database.parameters(Role.ADMIN)
    try:
        with _connect({**given, "dbname": "postgres"}) as connection:
            _refuse_old(connection)
            make_roles(connection)
            make_database(connection, given["dbname"])
    except psycopg.Error as error:
        raise Misconfigured(f"The database server cannot be used: {error}".strip()) from error


def make_roles(connection: psycopg.Connection[Any]) -> None:
    """Create the roles that log in, without any attribute that bypasses row security or grants."""
    for role in ROLES:
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.login]).fetchone()
        act = sql.SQL("ALTER" if found else "CREATE")
        connection.execute(
            sql.SQL("{} ROLE {} {}").format(act, sql.Identifier(role.login), _attributes(role))
        )


def make_database(connection: psycopg.Connection[Any], name: str, template: str = "template0") -> None:
    """Create the database, owned by the owner role; only Handrail's roles may connect to it."""
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        return
    owner = sql.Identifier(Role.OWNER.login)
    names = {"name": sql.Identifier(name), "template": sql.Identifier(template), "owner": owner}
    # A role that is no superuser may give a database only to a role that it belongs to.
    if not _is_superuser(connection):
        connection.execute(sql.SQL("GRANT {owner} TO CURRENT_USER").format(owner=owner))
    connection.execute(
        sql.SQL("CREATE DATABASE {name} TEMPLATE {template} OWNER {owner} ENCODING 'UTF8'").format(**names)
    )
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**names))
    for role in (Role.WEB, Role.JOBS):
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {name} TO {role}").format(
                role=sql.Identifier(role.login), **names
            )
        )


def _connect(parameters: dict[str, Any]) -> psycopg.Connection[Any]:
    return psycopg.connect(make_conninfo(**parameters), autocommit=True)


def _refuse_old(connection: psycopg.Connection[Any]) -> None:
    if connection.info.server_version < OLDEST:
        raise Misconfigured("Handrail needs PostgreSQL 15 or newer.")


def _attributes(role: Role) -> sql.Composable:
    plain = sql.SQL("LOGIN")
    if database.is_embedded():
        return plain
    return sql.SQL("{} PASSWORD {}").format(plain, sql.Literal(database.password(role)))


def _is_superuser(connection: psycopg.Connection[Any]) -> bool:
    return connection.info.parameter_status("is_superuser") == "on"
