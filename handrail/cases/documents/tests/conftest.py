"""Fixtures of the tests of documents."""

import pytest

from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.refresh_from_db()
    return case
