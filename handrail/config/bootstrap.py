"""Create the PostgreSQL roles and the database where they are missing. Runs as the server's administrator."""

from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from handrail.config import database
from handrail.config.database import ROLES, Role
from handrail.config.environment import Misconfigured

OLDEST = 150000  # PostgreSQL 15, as the server counts
# Functions of PostgreSQL that anybody may run and Handrail does not: large objects, which lie outside every
# right on tables; locks that last as long as a connection; ending the connections of others.
UNUSED: LiteralString = """
SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
    AND proname ~ '^(lo_|loread$|lowrite$|pg_(try_)?advisory_|pg_(cancel|terminate)_backend$)'
    AND oid <> 'pg_advisory_xact_lock(bigint)'::regprocedure
"""


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
            forget_settings(connection, given["dbname"])
        with _connect(given) as connection:
            close_unused(connection)
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


def forget_settings(connection: psycopg.Connection[Any], name: str) -> None:
    """Take away the settings that roles have of their own: a role may give them to itself."""
    for role in map(sql.Identifier, (role.login for role in ROLES)):
        connection.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(role))
        inside = sql.SQL("ALTER ROLE {} IN DATABASE {} RESET ALL").format(role, sql.Identifier(name))
        connection.execute(inside)


def close_unused(connection: psycopg.Connection[Any]) -> None:
    """Close the functions of PostgreSQL that Handrail does not use; only a superuser can."""
    if not _is_superuser(connection):
        return
    for (function,) in connection.execute(UNUSED).fetchall():
        # PostgreSQL's own spelling of the signature.
        connection.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC".encode())


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
