"""A force with cases, its supervisor and strategic lead, and a supervisor of another force."""

import pytest

from handrail.organisations.models import Organisation
from handrail.organisations.roles import Role
from handrail.organisations.tests.cast import Cast, make_cast, person
from handrail.question_sets.tests.pages.page import Desk


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def desk(cast: Cast) -> Desk:
    elsewhere = Organisation.objects.get(name="Wessex Police")
    return Desk(cast, person("Sue West", Role.PREVENT_SUPERVISOR, elsewhere))
