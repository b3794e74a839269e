"""Fixtures of the demonstration's tests: a country with its people, and cases made once."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from handrail.demo.histories import SEED, unfolded
from handrail.demo.history import History
from handrail.demo.load import load_demonstration

UNTIL = datetime(2025, 6, 18, 16, 0, tzinfo=UTC)
MANY = 1_000


@pytest.fixture
def until() -> datetime:
    """Return the moment up to which the tests' cases unfold: a Wednesday afternoon."""
    return UNTIL


@pytest.fixture
def country(db: None) -> None:
    """Create the country and the people of the demonstration, without cases."""
    load_demonstration(0, until=UNTIL)


@pytest.fixture(scope="session")
def many(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> list[History]:
    """Return a few thousand cases in memory, enough to judge shares by; none is in the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demonstration(0, until=UNTIL)
        made = list(unfolded(MANY, SEED, until=UNTIL))
        transaction.set_rollback(True)
    return made
