"""Fixtures of the tests of signing in."""

import pytest

from handrail.cases.tests.cast import Cast, make_cast

PASSWORD = "a long pass phrase"


@pytest.fixture
def cast(db: None) -> Cast:
    made = make_cast()
    made.officer.set_password(PASSWORD)
    made.officer.save(update_fields=["password"])
    return made
