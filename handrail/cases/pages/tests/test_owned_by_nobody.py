"""A leaver's cases are shown to supervisors as owned by nobody in post, and get no new owner unasked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.accounts import appointments
from handrail.cases.models import Case
from handrail.cases.pages.home import home_of
from handrail.cases.tests.cast import Cast, refer, take
from handrail.cases.timeline import checks
from handrail.organisations.models import Person, Post
from handrail.organisations.roles import Role


@pytest.fixture
def case(cast: Cast) -> Case:
    """An open case owned by the officer, beside one owned by a user who stays in post."""
    other = refer(cast)
    take(other, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return case


def owned_by_nobody() -> set[Case]:
    return set(Case.objects.owned_by_nobody_in_post())


def leave(cast: Cast, way: str) -> None:
    post = cast.officer.posts.get()
    with context.asking(cast.force_administrator):
        if way == "closed":
            appointments.close_account(cast.officer, by=cast.force_administrator, reason="Left")
        else:
            appointments.end_post(post, None, by=cast.force_administrator, reason="Moves")


@pytest.mark.parametrize("way", ["closed", "ended"])
def test_the_caseload_of_a_leaver_shows_to_those_who_answer_for_it(cast: Cast, case: Case, way: str) -> None:
    assert owned_by_nobody() == set()
    leave(cast, way)
    assert owned_by_nobody() == {case}
    case.refresh_from_db()
    assert case.owner == cast.officer
    for person in (cast.supervisor, cast.lead, cast.nation):
        assert home_of(Person.objects.get(pk=person.pk)).unowned == 1
        client = Client()
        client.force_login(person)
        page = client.get(reverse("cases:list"), {"owner": "nobody"}).content.decode()
        assert case.reference in page
        assert "1 case<" in page
    assert home_of(cast.second_officer).unowned == 0


def test_a_mover_to_another_force_leaves_their_cases_behind(cast: Cast, case: Case) -> None:
    Post.objects.filter(person=cast.officer).update(organisation=cast.stranger.posts.get().organisation)
    assert owned_by_nobody() == {case}


def test_a_mover_within_the_force_keeps_them(cast: Cast, case: Case) -> None:
    Post.objects.filter(person=cast.officer).update(organisation=cast.force, role=Role.SPOC)
    assert owned_by_nobody() == set()


def test_a_post_that_ends_tomorrow_is_held_today(cast: Cast, case: Case) -> None:
    Post.objects.filter(person=cast.officer).update(until=timezone.localdate())
    assert owned_by_nobody() == set()
    assert set(Case.objects.owned_by_nobody_in_post(timezone.localdate() + timedelta(days=1))) == {case}


@pytest.mark.parametrize("owner", ["in post", "gone", "nobody", "elsewhere"])
def test_the_check_of_the_policy_says_the_same(cast: Cast, case: Case, owner: str) -> None:
    posts = Post.objects.filter(person=cast.officer)
    if owner == "gone":
        posts.update(until=timezone.localdate() - timedelta(days=1))
    elif owner == "nobody":
        Case.objects.filter(pk=case.pk).update(owner=None)
    elif owner == "elsewhere":
        posts.update(organisation=cast.stranger.posts.get().organisation)
    case.refresh_from_db()
    check = next(check for check in case.pack.checks if check.kind == "owner-set")
    listed = Case.objects.filter(pk__in=checks.cases_out_of_line(case.pack, check))
    assert set(listed) == owned_by_nobody()
    assert (check in checks.out_of_line(case)) == (owner != "in post")


def test_a_closed_case_needs_no_owner_in_post(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(closed_on=timezone.localdate())
    leave(cast, "closed")
    assert owned_by_nobody() == set()


def test_a_leaver_s_page_is_closed_and_their_grants_show_nothing(cast: Cast, case: Case) -> None:
    leave(cast, "ended")
    with context.asking(Person.objects.get(pk=cast.officer.pk)):
        assert not Case.objects.exists()
