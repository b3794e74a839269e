"""Make the country of `world` once for consecutive tests; each test rolls back its own acts.

Making the country takes as long as some hundred requests, so the tests that use it are put one after
another.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from copy import copy

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.world import World, make_world

COUNTRY = "country"


class Country:
    """The world, and the transaction around the tests that use it; None outside of that transaction."""

    world: World | None = None

    def made(self, blocker: DjangoDbBlocker) -> World:
        """Return the world; make it where it does not exist."""
        if self.world is None:
            assert not connection.in_atomic_block, "Ask for `world` before anything else of the database."
            self.held = ExitStack()
            self.held.enter_context(blocker.unblock())
            self.held.enter_context(transaction.atomic())
            self.held.callback(transaction.set_rollback, True)  # noqa: FBT003 as Django has it
            self.world = make_world()
        return self.world

    def leave(self) -> None:
        """Roll back everything."""
        if self.world:
            self.held.close()
        self.world = None


KEPT = Country()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the tests that use the world next to each other, behind the first of them."""
    ours = [item for item in items if asks_for_it(item)]
    if ours:
        first = items.index(ours[0])
        before = [item for item in items[:first] if not asks_for_it(item)]
        after = [item for item in items[first:] if not asks_for_it(item)]
        items[:] = [*before, *ours, *after]


def asks_for_it(item: pytest.Item) -> bool:
    return COUNTRY in getattr(item, "fixturenames", ())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave the world before a test that does not use it."""
    if not asks_for_it(item):
        KEPT.leave()


@pytest.fixture(scope="package")
def left_at_the_end(django_db_setup: None) -> Iterator[None]:
    """Leave the world after the last test of this folder."""
    yield
    KEPT.leave()


@pytest.fixture
def country(left_at_the_end: None, django_db_blocker: DjangoDbBlocker) -> World:
    return KEPT.made(django_db_blocker)


@pytest.fixture
def world(country: World, db: None) -> World:
    return copy(country)
