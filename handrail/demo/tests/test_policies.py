"""One force of the demonstration works under the newer policy, the others under the older."""

from datetime import datetime

import pytest

from handrail.cases.models import Case
from handrail.demo import policies, restricted
from handrail.demo.load import load_demonstration
from handrail.ledger import rebuild


@pytest.mark.django_db
def test_both_policies_can_be_seen_and_every_column_follows_from_the_entries(until: datetime) -> None:
    load_demonstration(restricted.FROM_SIZE, until=until)
    cases = set(Case.objects.open().order_by().values_list("force__slug", "pack_id").distinct())
    assert (policies.FORCE, "england-wales-2025") in cases
    assert {pack for force, pack in cases if force != policies.FORCE} == {"england-wales-2018"}
    assert Case.objects.filter(restricted=True).exists()
    report = rebuild.check()
    assert report.differences == []
    assert report.compared >= Case.objects.count()
