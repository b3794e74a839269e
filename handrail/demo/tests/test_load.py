from collections import Counter
from datetime import datetime

import pytest

from handrail.cases.models import Case, Referral
from handrail.demo.data import read
from handrail.demo.load import Loaded, NotEmpty, load_demonstration
from handrail.demo.staff import DOMAIN
from handrail.ledger.models import Entry
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import Role

pytestmark = pytest.mark.django_db


def test_it_loads_once(until: datetime) -> None:
    first = load_demonstration(30, until=until)
    assert first.cases == Case.objects.count() == Referral.objects.count() == 30
    assert Entry.objects.values("chain").distinct().count() == 30
    assert load_demonstration(30, until=until) == Loaded(0, 0)
    assert Case.objects.count() == 30


def test_it_is_never_mixed_with_real_people(until: datetime) -> None:
    Person.objects.create_user("somebody@example.org", "Somebody Real")
    with pytest.raises(NotEmpty):
        load_demonstration(30, until=until)
    assert not Organisation.objects.exists()


def test_progress_reaches_the_size(until: datetime) -> None:
    heard: list[tuple[int, int]] = []
    load_demonstration(20, until=until, progress=lambda done, of: heard.append((done, of)))
    assert heard == [(20, 20)]


def test_every_force_has_somebody_for_every_role_of_a_force(country: None) -> None:
    wanted = {
        Role.PREVENT_OFFICER,
        Role.PREVENT_SUPERVISOR,
        Role.CHANNEL_PRACTITIONER,
        Role.FIMU_OFFICER,
        Role.MASH_OFFICER,
        Role.CONTROL_ROOM_OPERATOR,
        Role.SPOC,
        Role.FORCE_STRATEGIC_LEAD,
        Role.CHIEF_OFFICER_LEAD,
        Role.REFERRER,
    }
    for force in Organisation.objects.forces():
        inside = [force.id, *force.children.values_list("id", flat=True)]
        roles = Counter(Post.objects.filter(organisation__in=inside).values_list("role", flat=True))
        assert set(roles) >= wanted, force
        assert roles[Role.PREVENT_OFFICER] >= 2


def test_every_role_is_held_by_somebody(country: None) -> None:
    held = set(Post.objects.values_list("role", flat=True))
    assert [role.value for role in Role if role not in held] == [], (
        "Say in IN_A_FORCE of handrail/demo/staff.py in which organisations this role is held."
    )
    assert held <= set(Role)


def test_addresses_say_who_and_where_and_reach_nobody(country: None) -> None:
    addresses = list(Person.objects.values_list("email", flat=True))
    assert len(set(addresses)) == len(addresses)
    assert all(address.endswith(f"@{DOMAIN}") and address.isascii() for address in addresses)
    assert DOMAIN.endswith(".example")
    assert not any(person.has_usable_password() for person in Person.objects.all()[:20])


def test_a_prevent_team_is_led_by_its_supervisor_and_one_by_nobody(country: None) -> None:
    teams = Organisation.objects.filter(kind=Kind.PREVENT_TEAM).select_related("lead")
    without = [team for team in teams if team.lead is None]
    assert [team.slug for team in without] == ["cumbria-prevent-team"]
    for team in teams.exclude(lead=None):
        assert team.lead
        assert team.lead.posts.get().role == Role.PREVENT_SUPERVISOR


def test_councils_lie_in_their_force_and_every_force_is_weighted(country: None) -> None:
    areas = read("councils")
    assert set(areas) == set(Organisation.objects.forces().values_list("slug", flat=True))
    for force in Organisation.objects.forces():
        names = set(Organisation.objects.councils_of(force).values_list("name", flat=True))
        assert names == set(areas[force.slug]["councils"])
