import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.organisations.country import load_country, read_country
from handrail.organisations.models import Kind, Organisation, Person

pytestmark = pytest.mark.django_db
NATIONAL = {"British Transport Police", "Civil Nuclear Constabulary", "Ministry of Defence Police"}


def test_there_are_the_46_forces_in_eight_regions_each_with_its_three_teams() -> None:
    load_country()
    assert Organisation.objects.forces().count() == 46
    assert Organisation.objects.filter(kind=Kind.REGION).count() == 8
    for force in Organisation.objects.forces():
        kinds = set(force.children.values_list("kind", flat=True))
        assert kinds == {Kind.PREVENT_TEAM, Kind.FIMU, Kind.MASH}


def test_43_forces_serve_an_area_and_three_the_nation() -> None:
    load_country()
    forces = Organisation.objects.forces()
    assert forces.filter(parent__kind=Kind.REGION).count() == 43
    assert set(forces.filter(parent__kind=Kind.NATION).values_list("name", flat=True)) == NATIONAL


def test_the_ministry_of_defence_police_alone_are_left_out_of_schedule_6() -> None:
    load_country()
    outside = Organisation.objects.filter(prevent_duty=False)
    assert [force.name for force in outside] == ["Ministry of Defence Police"]


def test_a_second_call_changes_nothing_and_asks_little() -> None:
    load_country()
    with CaptureQueriesContext(connection) as queries:
        assert load_country() == 0
    # one look at all organisations, and the savepoint around it
    assert len(queries) <= 3


def test_a_call_corrects_a_name_and_leaves_who_leads_alone() -> None:
    load_country()
    lead = Person.objects.create_user("lead@example.org", "Lee Marsh")
    Organisation.objects.filter(slug="kent").update(name="Kent Constabulary", lead=lead)
    assert load_country() == 1
    kent = Organisation.objects.get(slug="kent")
    assert (kent.name, kent.lead) == ("Kent Police", lead)


def test_no_slug_of_the_file_is_there_twice() -> None:
    slugs = [body.slug for body in read_country()]
    assert len(slugs) == len(set(slugs)) == 1 + 8 + 46 * 4
