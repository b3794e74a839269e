"""A case and a register entry open under the policy in force on the day on which they are said to open."""

from datetime import date, datetime, time

import pytest
from django.conf import LazySettings
from django.utils import timezone

from handrail.access import context
from handrail.cases.registers import acts
from handrail.cases.registers.tests.telling import SAID
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, typed_for
from handrail.ledger.models import Entry
from handrail.records.packs import pack

OLDER, NEWER = "england-wales-2018", "england-wales-2025"
DAYS = [(date(2025, 3, 31), OLDER), (date(2025, 4, 1), NEWER), (None, NEWER)]


@pytest.fixture(autouse=True)
def under_the_newer(settings: LazySettings) -> None:
    settings.PACK = NEWER


def moment(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time(9))) if day else None


@pytest.mark.parametrize(("day", "policy"), DAYS)
def test_a_case_opens_under_it(cast: Cast, day: date | None, policy: str) -> None:
    step = pack(policy).step_by_id["police-referral"]
    typed = typed_for(pack(policy), step, cast.force, **{"police-force": str(cast.force.pk)})
    with context.asking(cast.officer):
        case, _ = actions.refer(step.id, typed, by=cast.officer, at=moment(day))
    assert case.pack_id == policy
    assert Entry.objects.get(chain=case.pk, number=1).pack == policy


@pytest.mark.parametrize(("day", "policy"), DAYS)
def test_a_register_entry_begins_under_it(cast: Cast, day: date | None, policy: str) -> None:
    step = pack(policy).step_by_id["advice"]
    typed = typed_for(pack(policy), step, cast.force, **SAID, outcome="general")
    with context.asking(cast.officer):
        begun = acts.begin(step.id, typed, by=cast.officer, at=moment(day))
    assert begun.pack_id == policy
    assert Entry.objects.get(chain=begun.pk, number=1).pack == policy
