"""Fixtures of the room's tests."""

import pytest

from handrail.access.tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
