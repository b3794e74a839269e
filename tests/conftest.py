"""The small country of `world`, made once for the tests of a module; what a test does is taken back."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.world import World, make_world


@pytest.fixture(scope="module")
def world_as_made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(world_as_made: World, db: None) -> World:
    return deepcopy(world_as_made)
