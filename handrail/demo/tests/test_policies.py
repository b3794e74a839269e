"""Cases of the demonstration are under the policy of their day; one force has moved its cases to today's."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import LazySettings

from handrail.cases.models import Case
from handrail.demo import policies, restricted
from handrail.demo.histories import SEED, unfolded
from handrail.demo.load import load_demonstration
from handrail.ledger import rebuild
from handrail.ledger.models import Entry
from handrail.policy.built_in import MOVE

OLDER, TODAYS = "england-wales-2018", "england-wales-2025"
CHANGED_ON = date(2025, 4, 1)


@pytest.fixture(autouse=True)
def under_the_policy_of_today(settings: LazySettings) -> None:
    settings.PACK = TODAYS


@pytest.mark.django_db
def test_cases_are_under_the_policy_of_their_day(until: datetime) -> None:
    load_demonstration(restricted.FROM_SIZE, until=until)
    cases = Case.objects.order_by().exclude(force__slug=policies.FORCE)
    found = {(day >= CHANGED_ON, pack) for day, pack in cases.values_list("opened_on", "pack_id")}
    assert found == {(False, OLDER), (True, TODAYS)}
    assert Case.objects.filter(restricted=True).exists()
    report = rebuild.check()
    assert report.differences == []
    assert report.compared >= Case.objects.count()


@pytest.mark.django_db
def test_one_force_has_moved_its_open_cases(until: datetime, settings: LazySettings) -> None:
    settings.PACK = OLDER
    load_demonstration(restricted.FROM_SIZE, until=until)
    cases = set(Case.objects.open().order_by().values_list("force__slug", "pack_id").distinct())
    assert (policies.FORCE, TODAYS) in cases
    assert {pack for force, pack in cases if force != policies.FORCE} == {OLDER}
    assert Entry.objects.filter(act=MOVE.id).exists()
    assert rebuild.check().differences == []


def test_consent_is_recorded_and_assessment_goes_on_without_it(country: None, until: datetime) -> None:
    later = until + timedelta(days=500)
    made = [history for history in unfolded(400, SEED, until=later) if history.pack.id == TODAYS]
    assert all(history.about.opened >= CHANGED_ON for history in made)
    assert {"consent", "further-assessment"} <= {act.act for one in made for act in one.record.acts}
