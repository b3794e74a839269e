"""Fixtures of the tests of signing in."""

import time
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from handrail.organisations.models import Person
from handrail.organisations.roles import Role
from handrail.organisations.tests.cast import Cast, make_cast, person
from handrail.sign_in import factors
from handrail.sign_in.tests.hands import PASSWORD, Visitor


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    give_password(made.officer)
    return made


@pytest.fixture
def administrator(cast: Cast) -> Person:
    made = person("Ada Moss", Role.ADMINISTRATOR, cast.force)
    give_password(made)
    return made


@cache
def hashed() -> str:
    """Return the stored hash of the password, computed once, as hashing is slow by design."""
    return make_password(PASSWORD)


def give_password(person: Person) -> None:
    person.password = hashed()
    person.save(update_fields=["password"])


@pytest.fixture
def client() -> Client:
    """A browser at localhost, where passkeys work without https."""
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def visitor(client: Client) -> Visitor:
    return Visitor(client)


@pytest.fixture
def secret(cast: Cast) -> str:
    """Return the secret of the officer's authenticator app, set up an hour ago."""
    secret = factors.new_secret()
    factors.keep_app(cast.officer, secret, int(time.time()) // 30 - 120)
    return secret


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def seconds(self) -> float:
        return self.now.timestamp()

    def on(self, **more: float) -> None:
        self.now += timedelta(**more)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock.seconds)
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Collect the arguments of each e-mail task that was queued."""
    from handrail.sign_in import actions

    asked: list[dict[str, str]] = []

    def keep(job: str, **given: str) -> None:
        asked.append(given)

    monkeypatch.setattr(actions, "queue", keep)
    return asked
