"""Nobody gets a notice of a concern that may be about them, or that they knew by an office they left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from handrail.cases.case_access.tests.test_kept_out_by_name import concern_about, move, rename
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.cases.tests.staff import Staff, leave, make_staff
from handrail.notices import rounds, threats
from handrail.notices.models import Notice
from handrail.notices.tests.test_threats import on_duty, threatened
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


def test_of_an_ordinary_referral_whoever_is_near_in_name_hears_of_nothing(cast: Cast, staff: Staff) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    other = refer(cast, "referral")
    case = refer(cast, "referral", **{"given-name": "Rupert", "family-name": "Feldman"})
    rounds.run(timezone.now() + LATE)
    assert Notice.objects.filter(case_id=other.pk, person=cast.fimu).exists()
    assert Notice.objects.filter(case_id=case.pk, person=cast.supervisor).exists()
    assert not Notice.objects.filter(case_id=case.pk, person=cast.fimu).exists()


def test_a_threat_by_somebody_near_in_name_to_who_is_on_duty_goes_to_those_who_lead(
    cast: Cast, staff: Staff
) -> None:
    at = timezone.now()
    rename(cast.fimu, "Rupert Feldmann")
    on_duty(cast, cast.fimu, at)
    case = threatened(cast, at, **{"given-name": "Rupert", "family-name": "Feldman"})
    threats.run(at)
    told = {notice.person for notice in Notice.objects.filter(case_id=case.pk, kind="threat")}
    assert cast.supervisor in told
    assert cast.fimu not in told
