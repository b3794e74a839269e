"""The guarantees that a process demands of its database before it serves."""

from collections.abc import Iterator
from typing import Any, LiteralString

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor

from handrail.config import privileges
from handrail.config.database import Role
from handrail.config.environment import Misconfigured

Asked = CursorWrapper | Cursor[Any]

LASTING = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "data_checksums": {"on"},
    "synchronous_commit": {"on", "remote_apply"},
}
POWERS = ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION")
HELD: LiteralString = (
    "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
    " FROM pg_roles WHERE rolname = current_user"
)
RIGHTS: LiteralString = (
    "SELECT relname, name FROM pg_class,"
    " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS name"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
    " AND CASE WHEN name IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')"
    " THEN has_any_column_privilege(pg_class.oid, name) ELSE has_table_privilege(pg_class.oid, name) END"
    " ORDER BY relname, name"
)


def refuse_broken(connection: BaseDatabaseWrapper, role: Role) -> None:
    """Raise Misconfigured with a sentence for each guarantee that the database does not give this role."""
    with connection.cursor() as cursor:
        broken = list(troubles(cursor, role))
    if broken:
        raise Misconfigured("\n".join(["Handrail does not serve from this database:", *broken]))


def troubles(cursor: Asked, role: Role) -> Iterator[str]:
    """Yield a sentence for each fault of the server and of the connected role.

    The owner role owns every table and serves no requests, so of the owner only its powers are checked.
    """
    yield from _forgetful(cursor)
    powers = list(_powers(cursor, role))
    yield from powers
    if not powers and role is not Role.OWNER:
        yield from _settings(cursor, role)
        yield from _memberships(cursor, role)
        yield from _rights(cursor, role)


def _forgetful(cursor: Asked) -> Iterator[str]:
    """Yield settings under which acknowledged data can be lost."""
    for name, right in LASTING.items():
        cursor.execute("SELECT current_setting(%s)", [name])
        (found,) = cursor.fetchone() or ("",)
        if found not in right:
            yield f"{name} is {found}: set it to {' or '.join(sorted(right))}, so that no record is lost."


def _powers(cursor: Asked, role: Role) -> Iterator[str]:
    """Yield attributes that let a role bypass all grants and row security."""
    cursor.execute(HELD)
    held = cursor.fetchone() or ()
    for power, has in zip(POWERS, held, strict=True):
        if has:
            yield f"The role {role.login} has {power}: ALTER ROLE {role.login} NO{power} takes it away."


def _settings(cursor: Asked, role: Role) -> Iterator[str]:
    """Yield settings of the role's own. Any role can give them to itself, so an intruder may have."""
    cursor.execute(
        "SELECT unnest(setconfig), quote_ident(datname) FROM pg_db_role_setting"
        " JOIN pg_roles ON pg_roles.oid = setrole LEFT JOIN pg_database ON pg_database.oid = setdatabase"
        " WHERE rolname = current_user"
    )
    for setting, database in cursor.fetchall():
        where = f" IN DATABASE {database}" if database else ""
        remedy = f"ALTER ROLE {role.login}{where} RESET ALL"
        yield f"The role {role.login} has {setting} set: {remedy} takes that away."


def _memberships(cursor: Asked, role: Role) -> Iterator[str]:
    """Yield other roles whose rights this role has, such as the owner of a table or of the database."""
    cursor.execute(
        "SELECT rolname FROM pg_roles WHERE rolname <> current_user"
        " AND pg_has_role(current_user, oid, 'MEMBER') ORDER BY rolname"
    )
    for (name,) in cursor.fetchall():
        yield f"The role {role.login} belongs to {name}: REVOKE {name} FROM {role.login}."
    cursor.execute(
        "SELECT relname FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE rolname = current_user"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') ORDER BY relname"
    )
    for (name,) in cursor.fetchall():
        yield f"The role {role.login} owns {name}: ALTER TABLE {name} OWNER TO {Role.OWNER.login}."


def _rights(cursor: Asked, role: Role) -> Iterator[str]:
    """Yield rights on tables that `privileges` does not declare."""
    cursor.execute(RIGHTS)
    for table, right in cursor.fetchall():
        declared = (privileges.of_table(table) or privileges.NOTHING).get(role, frozenset())
        if right not in {each.value for each in declared}:
            yield f"The role {role.login} may {right} on {table}: `handrail up` takes that away again."
