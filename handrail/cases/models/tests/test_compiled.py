"""Compiled querysets return what Django does, and are compiled anew for users with other access."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant
from handrail.cases.models import Case
from handrail.cases.models.compiled import Asker, compiled
from handrail.cases.models.visibility import FEW
from handrail.cases.tests.cast import Cast, organisation, person, refer
from handrail.organisations.models import Kind, Person
from handrail.organisations.roles import Role

made: list[Any] = []


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    made.clear()


@compiled(case=UUID)
def visible(asker: Asker, case: UUID) -> "QuerySet[Case]":
    made.append(asker)
    return Case.objects.filter(pk=case).visible_to(asker.person).select_related("subject", "force", "council")


@compiled(first=date, last=date)
def opened_between(first: date, last: date) -> "QuerySet[Case, UUID]":
    made.append(None)
    return Case.objects.filter(opened_on__gte=first, opened_on__lte=last).values_list("pk", flat=True)


@compiled()
def none_at_all() -> "QuerySet[Case]":
    return Case.objects.none()


@compiled()
def those_of_now() -> "QuerySet[Case]":
    return Case.objects.filter(pk__in=list(Case.objects.values_list("pk", flat=True)))


@pytest.fixture
def case(cast: Cast) -> Case:
    return refer(cast)


def test_a_row_comes_with_what_django_would_load_and_is_another_each_time(cast: Cast, case: Case) -> None:
    asker = Asker.of(cast.officer)
    [one], [another] = visible(asker, case=case.pk), visible(asker, case=case.pk)
    assert one == another == case
    assert one is not another
    with CaptureQueriesContext(connection) as further:
        assert one.subject
        assert (one.subject.name, one.force, one.council) == (case.called, case.force, None)
    assert not further.captured_queries
    assert one.reference == case.reference
    assert one.taken == case.taken


def test_the_statement_is_made_once_and_asks_for_what_is_given_each_time(cast: Cast, case: Case) -> None:
    other, asker = refer(cast), Asker.of(cast.officer)
    assert [visible(asker, case=pk) for pk in (case.pk, other.pk, case.pk)] == [[case], [other], [case]]
    assert len(made) == 1


def test_arguments_of_one_type_are_told_apart(cast: Cast, case: Case) -> None:
    day = case.opened_on
    assert opened_between(first=day, last=day) == [case.pk]
    assert opened_between(first=date(2001, 1, 1), last=date(2001, 1, 2)) == []
    assert opened_between.count(first=day, last=day) == 1
    assert len(made) == 1


def test_who_sees_something_else_asks_otherwise_from_then_on(cast: Cast, case: Case) -> None:
    officer = cast.officer
    assert visible(Asker.of(officer), case=case.pk) == [case]
    assert visible(Asker.of(cast.stranger), case=case.pk) == []
    since = timezone.now()
    excluded = {"record": case.pk, "person": officer, "reason": "Close to them", "since": since}
    Exclusion.objects.create(by=cast.supervisor, **excluded)
    again = Person.objects.get(pk=officer.pk)
    assert visible(Asker.of(again), case=case.pk) == []
    assert len(made) == 3


def test_a_post_that_ends_ends_what_is_asked(cast: Cast, case: Case) -> None:
    officer = cast.officer
    assert visible(Asker.of(officer), case=case.pk) == [case]
    officer.posts.update(vetting=0)
    again = Person.objects.get(pk=officer.pk)
    assert Asker.of(again) != Asker.of(officer)
    assert visible(Asker.of(again), case=case.pk) == []


def test_people_with_posts_of_the_same_sorts_share_a_statement_and_see_their_own_cases(
    cast: Cast, case: Case
) -> None:
    elsewhere = organisation(Kind.PREVENT_TEAM, "Far team", cast.stranger.current_posts[0].organisation)
    officer = Asker.of(cast.officer)
    colleague = Asker.of(cast.second_officer)
    stranger = Asker.of(person("Far Officer", Role.PREVENT_OFFICER, elsewhere))
    assert officer == colleague == stranger
    assert visible(officer, case=case.pk) == visible(colleague, case=case.pk) == [case]
    assert visible(stranger, case=case.pk) == []
    assert visible(officer, case=case.pk) == [case]
    assert len(made) == 1


def test_who_stands_in_for_many_is_none_of_them(cast: Cast, case: Case) -> None:
    asker = Asker.of(cast.officer)
    [post], [own] = asker.person.current_posts, cast.officer.current_posts
    assert (post.role, post.is_vetted()) == (own.role, own.is_vetted())
    assert visible(asker, case=case.pk) == [case]
    assert made[0].values == {}
    known = {cast.officer.pk, own.pk, own.organisation_id, own.force_id, case.pk}
    assert known.isdisjoint({asker.person.pk, post.pk, post.organisation_id, post.force_id})
    assert {asker.person.name, asker.person.email, post.organisation.name} == {""}


@pytest.mark.parametrize("many", [1, 2, FEW, FEW + 1, 3 * FEW])
def test_any_number_of_grants_is_asked_for_by_few_statements(cast: Cast, case: Case, many: int) -> None:
    others = [refer(cast).pk for _ in range(2)]
    filler = [uuid4() for _ in range(many - 1)]
    for record in (case.pk, others[0]):
        asker = Asker.of(invited(cast.chair, [*filler, record]))
        assert [found.pk for pk in (case.pk, *others) for found in visible(asker, case=pk)] == [record]
    assert len(made) == 1
    asker = Asker.of(invited(cast.chair, []))
    assert visible(asker, case=case.pk) == []


def invited(person: Person, records: list[UUID]) -> Person:
    """Return the person, loaded anew, with these grants and no others."""
    Grant.objects.filter(person=person).delete()
    since, end = timezone.now(), timezone.now() + timedelta(days=1)
    Grant.objects.bulk_create(
        Grant(
            record=record,
            person=person,
            kind=GrantKind.INVITED,
            reason="-",
            by=person,
            since=since,
            until=end,
        )
        for record in records
    )
    return Person.objects.get(pk=person.pk)


def test_a_question_that_would_ask_the_database_is_refused(db: None) -> None:
    with pytest.raises(RuntimeError, match="may not depend"):
        those_of_now()


def test_a_question_that_nothing_can_answer_is_not_asked(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert none_at_all() == []
        assert none_at_all.count() == 0
    assert not asked.captured_queries
