"""The database of the tests: real PostgreSQL, used as the web uses it.

The owner migrates the schema once into a template, named after its migrations. Each test process works in a
copy. Tests arrange and look as the superuser, who bypasses row security. Code inside `context.asking`, such
as every page, runs as `handrail_web` with its grants and its rows. A test that may commit gets a fresh copy
afterwards if it wrote anything: tests may attack the database, and the next test finds a clean one.
"""

import fcntl
import gc
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.core.management import call_command
from django.db import connections
from django.test import Client, TransactionTestCase
from django.utils import timezone
from django.utils.crypto import get_random_string
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from psycopg import sql
from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq.abc import PGresult
from pytest_django.plugin import DjangoDbBlocker

from handrail.access import grant_kinds, reading
from handrail.cases.models import compiled
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
from handrail.config.tests.asking import as_the_web
from handrail.organisations import capabilities
from handrail.organisations.models import Person
from handrail.sign_in.proof import PROOF, Method
from handrail.sign_in.store import SIGNED_IN, SessionStore
from handrail.subjects import counting
from handrail.subjects.matching import Commonness

# `make test` draws the same few examples each time, `make test-all` many new ones.
for profile, examples, steps in (("quick", 15, 10), ("whole", 200, 30)):
    drawing.register_profile(
        profile,
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=profile == "quick",
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
drawing.load_profile("quick")

# The tests' database need not survive a crash, and autovacuum must not disturb tests that count queries.
FOR_TESTS = dict.fromkeys(embedded.DURABLE, "off") | {"autovacuum": "off", "max_wal_size": "256MB"}

LONGEST_TEST = 90  # seconds
STATEMENTS = 300  # plans kept by a connection: tests send many more statements, and each plan takes memory

CHANGES = {"monkeypatch", "settings"}  # fixtures by which a test changes code or settings


@pytest.fixture(autouse=True)
def on_one_day() -> None:
    """End a test on the day on which it began: a test just before midnight waits until it has passed."""
    now = timezone.localtime()
    left = 24 * 3600 - (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    if left < LONGEST_TEST:
        time.sleep(left + 1)


def pytest_sessionstart() -> None:
    """Switch off garbage collection while tests are collected: there is nothing worth collecting."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Exempt everything loaded by now from garbage collection."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> None:
    """Let pages name static files directly, without a build of the hashed ones."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(scope="session", autouse=True)
def documents_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Store documents that tests add in a temporary folder."""
    settings.DOCUMENTS = str(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="session", autouse=True)
def statements_stay_prepared() -> Iterator[None]:
    """Keep prepared statements after a rollback, because row security makes plans expensive.

    The driver would drop all of them in case a table was changed; the server notices changed tables itself.
    """
    clear, changed = PrepareManager.clear, re.compile(rb"DROP|ALTER|DISCARD|DEALLOCATE").match

    def discard(kept: PrepareManager, prep: Prepare, results: Sequence[PGresult]) -> bool:
        return any(changed(result.command_status or b"") for result in results) and clear(kept)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PrepareManager, "_should_discard", discard)
        patch.setattr(PrepareManager, "clear", lambda kept: False)
        patch.setattr(PrepareManager, "prepared_max", STATEMENTS)
        yield


@pytest.fixture(scope="session", autouse=True)
def names_are_as_common_as_usual() -> Iterator[None]:
    """Weigh names by default frequencies: no test uses another test's count, which lives ten minutes."""
    usual = counting._Kept(Commonness.usual(), looked_at=float("inf"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_kept", usual)
        yield


@pytest.fixture(scope="session", autouse=True)
def asking_uses_the_web_role() -> Iterator[None]:
    """Give the connection the web's rights and rows inside `context.asking`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handrail.access.context.asking", as_the_web)
        yield


@pytest.fixture(scope="session", autouse=True)
def hashing_takes_little() -> Iterator[None]:
    """Hash passwords with less work: tests guess thousands of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, little in {"time_cost": 1, "memory_cost": 64, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, name, little)
        yield


@pytest.fixture(autouse=True)
def statements_end_with_what_they_were_made_of(request: pytest.FixtureRequest) -> Iterator[None]:
    """Drop cached statements after a test that changed code or packs; all other tests share them."""
    changes = not CHANGES.isdisjoint(request.fixturenames)
    if changes:
        compiled.forget()
    yield
    if changes:
        compiled.forget()


@pytest.fixture(autouse=True)
def lines_of_reads_end_with_their_test() -> Iterator[None]:
    """Delete lines of the log of reads after each test: they are written outside the test's transaction."""
    yield
    kept = reading._kept.connection
    if kept is not None and not kept.closed:
        kept.execute("DELETE FROM access_reading")


@pytest.fixture(scope="session", autouse=True)
def force_login_counts_as_second_factor() -> Iterator[None]:
    """Let `force_login` make a session that counts as a sign-in with a passkey.

    `force_login` skips the sign-in pages, and so their second factor. A client without a session gets one
    written at once, where Django would write it four times.
    """
    force_login = Client.force_login

    def proven(client: Client, user: Person, backend: str | None = None) -> None:
        if settings.SESSION_COOKIE_NAME in client.cookies:
            force_login(client, user, backend)
            session = client.session
            session.update(proof_of(user))
            session.save()
            return
        user.backend = backend or settings.AUTHENTICATION_BACKENDS[0]
        session = SessionStore()
        session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: user.backend, **proof_of(user)})
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session._session_key = get_random_string(32, VALID_KEY_CHARS)
        session.create_model_instance(dict(session.items())).save(force_insert=True)
        client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", proven)
        yield


def proof_of(user: Person) -> dict[str, Any]:
    """Return the session data of a person who has just signed in with a passkey."""
    began = {"began_at": timezone.now().isoformat(), "origin": None, "device": ""}
    return {
        PROOF: {"by": [Method.PASSKEY], "at": time.time()},
        SIGNED_IN: {"handle": str(uuid4()), "person": str(user.pk), **began},
    }


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[None]:
    with ExitStack() as stack:
        with servers_do_not_wait_for_the_disk():
            stack.enter_context(embedded.running(home()))
        name = stack.enter_context(free_name())
        stack.enter_context(django_db_blocker.unblock())
        template = schema(afresh=request.config.getoption("create_db"))
        stack.enter_context(fresh_copy_after_each_commit(name, template))
        yield
        connections.close_all()
        drop(name)


@contextmanager
def servers_do_not_wait_for_the_disk() -> Iterator[None]:
    """Start servers without waiting for the disk, since the tests' data may be lost in a crash.

    The tests of `embedded` start servers of their own, which do wait.
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
    """Return the name of the migrated template; make it where the migrations changed."""
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
    """Migrate a draft database, and rename it when complete.

    Django creates some ten thousand model classes on the way; garbage collection would take a third of the
    time.
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
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (draft, name))))


def migrations_digest() -> str:
    """Return a digest that changes with any migration or grant."""
    declared = (
        conditions,
        privileges,
        rows,
        row_security,
        finding,
        watching,
        capabilities,
        grant_kinds,
        check_queries,
        guard_queries,
    )
    digest = sha256(b"".join(Path(str(module.__file__)).read_bytes() for module in declared))
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for path in sorted(Path(app.path, "migrations").rglob("*")):
            if path.suffix in {".py", ".sql"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def fresh_copy_after_each_commit(name: str, template: str) -> Iterator[None]:
    """Make the copy, and a new one after each test that could commit and wrote something."""
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


@pytest.fixture
def owner_connection(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the test's database as its owner, who may change the schema. Sees committed rows only."""
    with connection_as(Role.OWNER) as connection:
        yield connection


@pytest.fixture
def web_connection(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the test's database as the web, beside Django's own connection."""
    with connection_as(Role.WEB) as connection:
        yield connection


@pytest.fixture
def jobs_connection(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the test's database as the background worker."""
    with connection_as(Role.JOBS) as connection:
        yield connection


@pytest.fixture
def admin_connection(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Connect to the test's database as a superuser, who bypasses every rule."""
    with connection_as(Role.ADMIN) as connection:
        yield connection
