"""Databases of the tests: a migrated template, a copy for each process, a fresh copy where a test wrote."""

import fcntl
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from psycopg import sql

from handrail.access import grant_kinds, reading
from handrail.cases import packs
from handrail.cases.models import rows as case_rows
from handrail.cases.registers import asking
from handrail.cases.timeline import check_queries, guard_queries
from handrail.config import (
    bootstrap,
    conditions,
    database,
    embedded,
    finding,
    privileges,
    row_security,
    rows,
    watching,
)
from handrail.config.database import Role
from handrail.config.environment import home
from handrail.config.tests import written
from handrail.organisations import capabilities, roles, vetting
from handrail.queue import jobs, lanes

# The modules from which the rights, rows and functions of the database are made.
DECLARED: tuple[ModuleType, ...] = (
    asking,
    bootstrap,
    capabilities,
    case_rows,
    check_queries,
    conditions,
    finding,
    grant_kinds,
    guard_queries,
    jobs,
    lanes,
    packs,
    privileges,
    roles,
    row_security,
    rows,
    vetting,
    watching,
)
# The tests' database need not survive a crash, and autovacuum must not run while a test counts queries.
FOR_TESTS = dict.fromkeys(embedded.DURABLE, "off") | {"autovacuum": "off", "max_wal_size": "256MB"}


@contextmanager
def waiting_for_no_disk() -> Iterator[None]:
    """Start the tests' server with settings that trade durability for speed.

    The tests of `embedded` start servers outside this block, and those keep the durable settings.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded, "SETTINGS", embedded.SETTINGS | FOR_TESTS)
        patch.setattr(embedded, "DURABLE", {})
        yield


@contextmanager
def free_name() -> Iterator[str]:
    """Yield a database name that no other test process of this home folder is using."""
    for number in range(100):
        with (home() / f"test-database-{number}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield f"test_handrail_{number}"
            return
    pytest.exit("A hundred test runs hold a database at once.", returncode=2)


def schema(*, afresh: bool) -> str:
    """Return the name of the migrated template database; build it if the migrations have changed."""
    name = f"test_handrail_{migrations_digest()}"
    with (home() / "test-template.lock").open("a") as lock, admin() as connection:
        fcntl.flock(lock, fcntl.LOCK_EX)
        bootstrap.make_roles(connection)
        if afresh:
            drop(name)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            migrate(connection, name)
    return name


def migrate(connection: psycopg.Connection[Any], name: str) -> None:
    """Migrate a draft database and rename it to `name` when it is complete.

    Garbage collection is off meanwhile: migrations build some ten thousand model classes, and looking for
    unreachable ones takes a third of the time.
    """
    draft = f"{name}_draft"
    drop(draft)
    bootstrap.make_database(connection, draft)
    connect_as(Role.OWNER, draft)
    gc.disable()
    call_command("migrate", verbosity=0)
    gc.enable()
    row_security.apply(connections["default"])
    privileges.apply(connections["default"])
    connections["default"].close()
    with admin(draft) as inside:
        bootstrap.close_unused(inside)
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (draft, name))))


def migrations_digest() -> str:
    """Return a digest that changes with any migration, privilege or row security rule."""
    digest = sha256(b"".join(Path(str(module.__file__)).read_bytes() for module in DECLARED))
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted(Path(app.path, "migrations").rglob("*")):
            if path.suffix in {".py", ".sql"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def fresh_copy_after_each_commit(name: str, template: str) -> Iterator[None]:
    """Copy the template, and copy again after each test that could commit and wrote something."""
    before: written.Count | None = None

    def leave() -> None:
        connections.close_all()
        reading.close()

    def copy() -> None:
        drop(name)
        with admin() as connection:
            bootstrap.make_database(connection, name, template)

    with admin() as watcher, pytest.MonkeyPatch.context() as patch:

        def begin(case: type[TransactionTestCase]) -> None:
            nonlocal before
            leave()
            before = written.count(watcher, name)

        def end(case: TransactionTestCase) -> None:
            leave()
            after = written.count(watcher, name)
            if before is None or after != before:
                copy()

        leave()
        copy()
        connect_as(Role.ADMIN, name)
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(begin))
        patch.setattr(TransactionTestCase, "_fixture_teardown", end)
        yield


def connect_as(role: Role, name: str) -> None:
    given = {**database.parameters(role), "dbname": name}
    connection = connections["default"]
    connection.close()
    connection.settings_dict["OPTIONS"].pop("pool", None)
    connection.settings_dict.update(NAME=name, USER=given["user"], HOST=given["host"], PORT=given["port"])


def drop(name: str) -> None:
    with admin() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def admin(name: str = "postgres") -> psycopg.Connection[Any]:
    return psycopg.connect(**{**database.parameters(Role.ADMIN), "dbname": name}, autocommit=True)


def connection_as(role: Role) -> psycopg.Connection[Any]:
    name = connections["default"].settings_dict["NAME"]
    return psycopg.connect(**{**database.parameters(role), "dbname": name}, autocommit=True)
