"""The tests' database: a real PostgreSQL, used with the rights that the web process has.

The owner role migrates the schema once into a template database, named by a digest of the migrations. Each
test process works in a copy of the template. Code of a test itself runs as the superuser, so row security
hides nothing from its set-up and assertions. Code inside `context.asking`, as in every page, runs as
`handrail_web`, with the rights and the rows of that role. A test that may commit gets a fresh copy afterwards
if it wrote anything, so a test may damage the database and the next test still finds a clean one.
"""

import gc
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.db import connections
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq.abc import PGresult
from pytest_django.plugin import DjangoDbBlocker

from handrail.access import reading
from handrail.cases.models import compiled
from handrail.config import (
    embedded,
)
from handrail.config.database import Role
from handrail.config.environment import home
from handrail.config.tests.asking import as_the_web
from handrail.config.tests.databases import (
    connection_as,
    drop,
    free_name,
    fresh_copy_after_each_commit,
    schema,
    waiting_for_no_disk,
)
from handrail.organisations.models import Person
from handrail.sign_in.proof import PROOF, Method
from handrail.sign_in.store import SIGNED_IN, SessionStore
from handrail.subjects import counting
from handrail.subjects.matching import Commonness

# `make test` runs the same few Hypothesis examples each time, `make test-all` many new ones.
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


# The steps, limits and words that most tests tell of; a test of today's policy names it.
settings.PACK = "england-wales-2018"

LONGEST_TEST = 90  # seconds
STATEMENTS = 300  # prepared statements kept per connection; more would cost the server memory

CHANGES = {"monkeypatch", "settings"}  # fixtures by which a test changes what code says


@pytest.fixture(autouse=True)
def on_one_day() -> None:
    """Wait for midnight to pass before a test that could run across midnight."""
    now = timezone.localtime()
    left = 24 * 3600 - (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()
    if left < LONGEST_TEST:
        time.sleep(left + 1)


def pytest_sessionstart() -> None:
    """Turn off garbage collection while tests are collected, as collection leaves nothing worth freeing."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Exempt everything loaded so far from garbage collection, then turn collection on again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def plain_static_files() -> None:
    """Use unhashed names of static files, so that tests need no build of the static files."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.fixture(scope="session", autouse=True)
def documents_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Store documents that tests upload in a temporary folder."""
    settings.DOCUMENTS = str(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="session", autouse=True)
def statements_stay_prepared() -> Iterator[None]:
    """Keep prepared statements after a rollback, as planning queries under row security is slow.

    psycopg discards all prepared statements after a rollback, in case a table was changed. The server replans
    statements after such a change by itself, so only commands that really change a table discard them here.
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
    """Use the usual frequencies of names in every test, whatever an earlier test has counted.

    Without this patch a process reads the newest count every ten minutes.
    """
    usual = counting._Kept(Commonness.usual(), looked_at=float("inf"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "_kept", usual)
        yield


@pytest.fixture(scope="session", autouse=True)
def asking_runs_as_the_web_role() -> Iterator[None]:
    """Run the body of `context.asking` with the database rights and the rows of the web role."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("handrail.access.context.asking", as_the_web)
        yield


@pytest.fixture(scope="session", autouse=True)
def hashing_takes_little() -> Iterator[None]:
    """Hash passwords with low-cost Argon2 parameters, as tests try thousands of passwords."""
    with pytest.MonkeyPatch.context() as patch:
        for name, little in {"time_cost": 1, "memory_cost": 64, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, name, little)
        yield


@pytest.fixture(autouse=True)
def patched_code_compiles_its_own_sql(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give a test that patches code or packs compiled SQL of its own; all other tests share theirs."""
    changes = not CHANGES.isdisjoint(request.fixturenames)
    if changes:
        compiled.forget()
    yield
    if changes:
        compiled.forget()


@pytest.fixture(autouse=True)
def log_of_reads_is_emptied() -> Iterator[None]:
    """Delete the lines of the log of reads after each test.

    The lines are written on a connection of their own, so the rollback of the test does not remove them. That
    connection waits for no lock of the test's own for ever.
    """
    yield
    kept = reading._kept.connection
    if kept is not None and not kept.closed:
        kept.execute("SET lock_timeout = '10s'; DELETE FROM access_reading; RESET lock_timeout")


@pytest.fixture(scope="session", autouse=True)
def force_login_counts_as_second_factor() -> Iterator[None]:
    """Make `Client.force_login` produce a session that looks as if the user signed in with a passkey.

    For a client without a session the session is written in one statement; Django's own `force_login` takes
    four.
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
    """Return the session data of a user who signed in with a passkey just now."""
    began = {"began_at": timezone.now().isoformat(), "origin": None, "device": ""}
    return {
        PROOF: {"by": [Method.PASSKEY], "at": time.time(), "passkey_at": time.time()},
        SIGNED_IN: {"handle": str(uuid4()), "person": str(user.pk), **began},
    }


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[None]:
    with ExitStack() as stack:
        with waiting_for_no_disk():
            stack.enter_context(embedded.running(home()))
        name = stack.enter_context(free_name())
        stack.enter_context(django_db_blocker.unblock())
        template = schema(afresh=request.config.getoption("create_db"))
        stack.enter_context(fresh_copy_after_each_commit(name, template))
        yield
        connections.close_all()
        drop(name)


@pytest.fixture
def owner_connection(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Return a connection to the test's database as its owner, who may change the schema.

    The connection sees only what the test committed.
    """
    with connection_as(Role.OWNER) as connection:
        yield connection


@pytest.fixture
def web_connection(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Return a second connection to the test's database, with the web role's rights."""
    with connection_as(Role.WEB) as connection:
        yield connection


@pytest.fixture
def jobs_connection(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Return a connection to the test's database with the background worker's rights."""
    with connection_as(Role.JOBS) as connection:
        yield connection


@pytest.fixture
def admin_connection(transactional_db: None) -> Iterator[psycopg.Connection[Any]]:
    """Return a connection to the test's database as a superuser, whom no right and no row security stops."""
    with connection_as(Role.ADMIN) as connection:
        yield connection
