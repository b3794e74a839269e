"""A police-led plan is carried out by actions, and its review can lead back to the gateway."""

import pytest

from handrail.cases.models import Case, Deadline
from handrail.cases.tests.cast import Cast, refer, take


@pytest.fixture
def planned(cast: Cast) -> Case:
    """A police-led case with a plan."""
    case = refer(cast)
    take(case, "information-assessment", cast.fimu)
    take(case, "gateway-assessment", cast.officer, outcome="police-led")
    take(case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    take(case, "police-led-plan", cast.officer)
    return case


def due(case: Case) -> set[str]:
    return set(Deadline.objects.running().filter(case=case).values_list("limit_id", flat=True))


def test_a_plan_waits_for_its_first_action(cast: Cast, planned: Case) -> None:
    assert "police-led-actions" in due(planned)
    take(planned, "action", cast.officer, owner=str(cast.mash.pk))
    assert "police-led-actions" not in due(planned)
    assert planned.follow_ups.get().to_person == cast.mash


def test_a_review_that_finds_channel_better_leads_to_the_gateway(cast: Cast, planned: Case) -> None:
    take(planned, "police-led-review", cast.officer, outcome="channel")
    planned.refresh_from_db()
    assert planned.stage_id == "gateway"
    assert "gateway-assessment" in due(planned)


def test_a_review_that_keeps_the_route_is_followed_by_another(cast: Cast, planned: Case) -> None:
    take(planned, "police-led-review", cast.officer, outcome="stays")
    planned.refresh_from_db()
    assert planned.stage_id == "police-led"
    assert "police-led-review" in due(planned)
