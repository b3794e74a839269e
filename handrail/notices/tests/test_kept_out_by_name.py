"""Nobody hears of a concern that may be about themselves, or that they knew by an office which they left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from handrail.cases.tests.cast import Cast, make_cast
from handrail.cases.tests.staff import Staff, leave, make_staff
from handrail.cases.tests.test_kept_out_by_name import concern_about, move, rename
from handrail.notices import rounds
from handrail.notices.models import Notice
from handrail.organisations.roles import Role

LATE = timedelta(days=90)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


def test_whoever_is_near_in_name_hears_of_nothing(cast: Cast, staff: Staff) -> None:
    rename(staff.standards, "Rupert Feldmann")
    leave(staff.second_standards)
    case = concern_about(cast, "Rupert", "Feldman")
    rounds.run(timezone.now() + LATE)
    assert Notice.objects.filter(case_id=case.pk, person=staff.elsewhere).exists()
    assert not Notice.objects.filter(case_id=case.pk, person=staff.standards).exists()


def test_whoever_was_named_for_an_office_that_they_left_hears_of_nothing(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Olu", "Ade")
    move(staff.standards, Role.PREVENT_OFFICER, staff.elsewhere.posts.get())
    rounds.run(timezone.now() + LATE)
    assert Notice.objects.filter(case_id=case.pk, person=staff.second_standards).exists()
    assert not Notice.objects.filter(case_id=case.pk, person=staff.standards).exists()
