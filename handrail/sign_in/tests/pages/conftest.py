"""Fixtures of the pages of signing in, created once."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from pytest_django.plugin import DjangoDbBlocker

from handrail.access.tests.page import made_once
from handrail.sign_in.tests.pages.page import Door, make_door, served

__all__ = ["served"]


@pytest.fixture(scope="package")
def door_as_made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Door]:
    with made_once(django_db_blocker):
        yield make_door()


@pytest.fixture
def door(door_as_made: Door, db: None) -> Door:
    return deepcopy(door_as_made)
