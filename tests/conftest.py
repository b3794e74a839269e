"""The small country of `world`, made once for all tests that follow one another; each takes its acts back.

It takes as long to make as some hundred pages to ask for, so those tests are put one after another.
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
    """The world as it was made, in a transaction in which the tests have theirs; None outside of it."""

    world: World | None = None

    def made(self, blocker: DjangoDbBlocker) -> World:
        """The world; made where it is not there."""
        if self.world is None:
            assert not connection.in_atomic_block, "Ask for `world` before anything else of the database."
            self.held = ExitStack()
            self.held.enter_context(blocker.unblock())
            self.held.enter_context(transaction.atomic())
            self.held.callback(transaction.set_rollback, True)  # noqa: FBT003 as Django has it
            self.world = make_world()
        return self.world

    def leave(self) -> None:
        """Take everything back."""
        if self.world:
            self.held.close()
        self.world = None


KEPT = Country()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the world one after another, where the first of them stands."""
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
    """A test that does not ask for the world finds a database without it."""
    if not asks_for_it(item):
        KEPT.leave()


@pytest.fixture(scope="package")
def left_at_the_end(django_db_setup: None) -> Iterator[None]:
    """Whatever runs after the tests of this folder finds a database without the world, too."""
    yield
    KEPT.leave()


@pytest.fixture
def country(left_at_the_end: None, django_db_blocker: DjangoDbBlocker) -> World:
    return KEPT.made(django_db_blocker)


@pytest.fixture
def world(country: World, db: None) -> World:
    return copy(country)
