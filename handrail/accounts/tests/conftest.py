"""Fixtures of the room's tests."""

import pytest

from handrail.accounts.tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
