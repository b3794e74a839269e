"""Fixtures of the tests of cases."""

import pytest

from handrail.cases.tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
