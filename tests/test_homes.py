"""The home page of each role offers the main job of the role, and nothing that the role cannot do."""

import pytest
from django.urls import reverse

from handrail.organisations.roles import Role
from tests.test_matrix import asked_of, client_of
from tests.test_what_pages_offer import Offers
from tests.world import Relation, Sees, World, sees

# The page of each role's main job: its name and the arguments of its address. None: the role opens no page.
MAIN_JOB: dict[Role, str | None] = {
    Role.REFERRER: "cases:new",
    Role.SPOC: "cases:new",
    Role.CONTROL_ROOM_OPERATOR: "cases:new",
    Role.PREVENT_OFFICER: "cases:list",
    Role.PREVENT_SUPERVISOR: "cases:tasks",
    Role.FIMU_OFFICER: "cases:tasks",
    Role.MASH_OFFICER: "cases:mash",
    Role.MASH_PARTNER: "cases:mash",
    Role.CHANNEL_PRACTITIONER: "cases:list",
    Role.PANEL_CHAIR: "cases:list",
    Role.PANEL_MEMBER: "cases:shared",
    Role.INTERVENTION_PROVIDER: "cases:shared",
    Role.REGIONAL_COORDINATOR: "cases:checks",
    Role.REGIONAL_DISRUPTION_OFFICER: "cases:register disruption",
    Role.FORCE_STRATEGIC_LEAD: "cases:checks",
    Role.CHIEF_OFFICER_LEAD: "cases:checks",
    Role.NATIONAL_ASSURANCE: "cases:samples",
    Role.ANALYST: None,
    Role.INSPECTOR: "cases:list",
    Role.PROFESSIONAL_STANDARDS: "cases:concerns",
    Role.VETTING_OFFICER: "cases:concerns",
    Role.DATA_PROTECTION_OFFICER: "access:log",
    Role.ADMINISTRATOR: "accounts:accounts",
}


def links_of(page: str) -> list[str]:
    """Return the addresses that the menu and the main part of a page link."""
    offers = Offers("/")
    offers.feed(page.partition("<nav")[2].partition("</main>")[0])
    return [offer.address for offer in offers.found if offer.method == "GET"]


@pytest.mark.parametrize("role", Role)
def test_home_offers_the_main_job_of_a_role_and_nothing_that_it_cannot_do(world: World, role: Role) -> None:
    world.given_to(role)
    client = client_of(world.people[role])
    page = client.get(reverse("web:home")).content.decode()
    links = links_of(page)
    job = MAIN_JOB[role]
    if job is None:
        assert "Your role has no list of cases." in page
    else:
        name, *args = job.split()
        assert any(link.partition("?")[0] == reverse(name, args=args) for link in links), links
        assert "Your role has no list of cases." not in page
    works = sees(role, Relation.OWN) is Sees.WHOLE
    assert ("kind=asked-likeness" in page) is works, "The owner who works on a case decides a match."
    refused = [link for link in links if asked_of(client, "GET", link).status_code >= 400]
    assert not refused
