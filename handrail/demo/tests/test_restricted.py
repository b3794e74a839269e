"""The restricted cases of the demonstration: named people see them, most people see none."""

from collections import Counter
from datetime import datetime

import pytest

from handrail.access import context
from handrail.cases.models import Case
from handrail.demo import restricted
from handrail.demo.load import load_demonstration
from handrail.organisations.models import Person
from handrail.organisations.roles import Role


@pytest.mark.django_db
def test_they_come_beside_the_referrals_that_were_asked_for(until: datetime) -> None:
    load_demonstration(restricted.FROM_SIZE, until=until)
    assert Case.objects.filter(restricted=False, register_entries=None).count() == restricted.FROM_SIZE
    assert Case.objects.filter(restricted=True).count() == 5


def test_they_stand_where_their_story_puts_them(country: None, until: datetime) -> None:
    assert restricted.tell(until) == 5
    stages = Counter(Case.objects.values_list("stage_id", flat=True))
    assert stages == {"staff-concern": 3, "information": 1, "staff-support": 1}
    assert not Case.objects.filter(restricted=False).exists()


def test_professional_standards_of_a_force_see_its_own(country: None, until: datetime) -> None:
    restricted.tell(until)
    seen = {}
    for role in (
        Role.PROFESSIONAL_STANDARDS,
        Role.PREVENT_SUPERVISOR,
        Role.MASH_OFFICER,
        Role.CHIEF_OFFICER_LEAD,
    ):
        post = Person.objects.filter(
            posts__role=role, posts__organisation__slug__startswith=restricted.FORCES[0]
        ).order_by("email")
        with context.asking(Person.objects.get(pk=post[0].pk)):
            seen[role] = Case.objects.count()
    assert seen == {
        Role.PROFESSIONAL_STANDARDS: 3,
        Role.PREVENT_SUPERVISOR: 1,
        Role.MASH_OFFICER: 0,
        Role.CHIEF_OFFICER_LEAD: 0,
    }
