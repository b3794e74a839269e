"""A person's access comes from the posts that they hold today."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

pytestmark = pytest.mark.django_db


@pytest.fixture
def force() -> Organisation:
    nation = Organisation.objects.create(kind=Kind.NATION, name="Nation", slug="nation")
    region = Organisation.objects.create(kind=Kind.REGION, name="Region", slug="region", parent=nation)
    return Organisation.objects.create(kind=Kind.FORCE, name="Force", slug="force", parent=region)


@pytest.fixture
def person() -> Person:
    return Person.objects.create_user("Olu@Example.org", "Olu Ade")


def test_both_days_of_a_post_count_and_no_other(force: Organisation, person: Person) -> None:
    today = timezone.localdate()
    post = Post.objects.create(
        person=person, organisation=force, role=Role.PREVENT_OFFICER, since=today, until=today
    )
    held = [Post.objects.current(today + timedelta(days=n)).contains(post) for n in (-1, 0, 1)]
    assert held == [False, True, False]


def test_a_leaver_has_no_role_left(force: Organisation, person: Person) -> None:
    today = timezone.localdate()
    since, until = today - timedelta(days=30), today - timedelta(days=1)
    Post.objects.create(person=person, organisation=force, role=Role.FIMU_OFFICER, since=since, until=until)
    assert person.roles == frozenset()


@pytest.mark.parametrize(("level", "reaches"), [("nation", True), ("region", True), ("force", True)])
def test_a_post_reaches_the_forces_below_it(
    force: Organisation, person: Person, level: str, reaches: bool
) -> None:
    place = Organisation.objects.get(slug=level)
    post = Post.objects.create(
        person=person, organisation=place, role=Role.ANALYST, since=timezone.localdate()
    )
    assert post.reaches(force) is reaches


def test_a_post_has_the_force_of_its_body_and_none_above_the_forces(
    force: Organisation, person: Person
) -> None:
    region = force.parent
    assert region
    assert region.parent
    below = [
        Organisation.objects.create(kind=kind, name=kind, slug=f"{parent.slug}-{kind}", parent=parent)
        for kind in (Kind.PREVENT_TEAM, Kind.COUNCIL, Kind.PARTNER)
        for parent in (force,)
    ]
    partner = Organisation.objects.create(kind=Kind.PARTNER, name="Far", slug="far", parent=region)
    for body in (force, *below, region, region.parent, partner):
        Post.objects.create(person=person, organisation=body, role=Role.ANALYST, since=timezone.localdate())
    found = {post.organisation.pk: post.force_id for post in person.current_posts}
    assert {found.pop(body.pk) for body in (force, *below)} == {force.pk}
    assert len(found) == 3
    assert set(found.values()) == {None}


def test_a_post_of_another_force_does_not_reach(force: Organisation, person: Person) -> None:
    other = Organisation.objects.create(kind=Kind.FORCE, name="Other", slug="other", parent=force.parent)
    post = Post.objects.create(
        person=person, organisation=other, role=Role.ANALYST, since=timezone.localdate()
    )
    assert not post.reaches(force)


def test_a_post_cannot_end_before_it_begins(force: Organisation, person: Person) -> None:
    today = timezone.localdate()
    with pytest.raises(IntegrityError, match="post_ends_after_it_begins"), transaction.atomic():
        Post.objects.create(
            person=person, organisation=force, role=Role.SPOC, since=today, until=today - timedelta(days=2)
        )


def test_a_post_that_was_withdrawn_before_it_began_is_held_on_no_day(
    force: Organisation, person: Person
) -> None:
    today = timezone.localdate()
    day_before = today - timedelta(days=1)
    post = Post.objects.create(
        person=person, organisation=force, role=Role.SPOC, since=today, until=day_before
    )
    assert not any(Post.objects.current(today + timedelta(days=n)).contains(post) for n in (-2, -1, 0, 1))


def test_the_post_of_an_inspector_has_an_end(force: Organisation, person: Person) -> None:
    with pytest.raises(IntegrityError, match="post_of_inspector_ends"), transaction.atomic():
        Post.objects.create(
            person=person, organisation=force, role=Role.INSPECTOR, since=timezone.localdate()
        )


def test_an_address_is_one_whatever_its_capitals(person: Person) -> None:
    assert person.email == "olu@example.org"
    assert Person.objects.get_by_natural_key("OLU@example.ORG") == person


def test_a_post_whose_role_left_the_table_gives_nothing_and_locks_nobody_out(
    force: Organisation, person: Person
) -> None:
    today, vetted = timezone.localdate(), {"vetting": Vetting.POLICE, "vetted_until": date(2099, 12, 31)}
    kept = Post.objects.create(person=person, organisation=force, role=Role.SPOC, since=today, **vetted)
    gone = Post.objects.create(person=person, organisation=force, role="gone-role", since=today, **vetted)
    assert person.current_posts == [kept]
    assert person.roles == {Role.SPOC}
    assert person.capabilities == Role.SPOC.capabilities
    assert person.post_in(force, {"gone-role"}) is None, "a policy that still names the role gives no step"
    assert gone.capabilities == frozenset()
    assert gone.title == "gone-role"
