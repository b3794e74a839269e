"""A desk with a case, made once for all page tests."""

from collections.abc import Iterator
from copy import deepcopy

import pytest
from pytest_django.plugin import DjangoDbBlocker

from handrail.access.tests.page import made_once
from handrail.cases.tests.cast import Cast
from handrail.cases.tests.page import Desk, make_desk


@pytest.fixture(scope="package")
def desk_as_made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Desk]:
    with made_once(django_db_blocker):
        yield make_desk()


@pytest.fixture
def desk(desk_as_made: Desk, db: None) -> Desk:
    return deepcopy(desk_as_made)


@pytest.fixture
def cast(desk: Desk) -> Cast:
    return desk.cast
