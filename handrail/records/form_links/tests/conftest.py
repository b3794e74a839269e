"""The cast of the tests."""

import pytest

from handrail.organisations.tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
