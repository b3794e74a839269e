"""The cast, made once for the pages of the room."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from pytest_django.plugin import DjangoDbBlocker

from handrail.access.tests.page import made_once
from handrail.organisations.tests.cast import Cast, make_cast


@pytest.fixture(scope="package")
def cast_as_made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with made_once(django_db_blocker):
        yield make_cast()


@pytest.fixture
def cast(cast_as_made: Cast, db: None) -> Cast:
    return deepcopy(cast_as_made)
