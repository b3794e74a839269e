"""Notices of matches and links reach the owner of a record; for a restricted case only the people named."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access.models import Exclusion
from handrail.cases.case_access.tests.test_restricting import restrict
from handrail.cases.models import Case
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, between, elsewhere, say, take_back
from handrail.cases.tests.cast import Cast, refer
from handrail.cases.tests.staff import again
from handrail.notices import rounds
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.organisations.models import Person


def run(**later: int) -> None:
    rounds.run(timezone.now() + timedelta(**later))


def told(kind: Kind) -> set[tuple[str, str]]:
    """Return the open notices as person, kind and case."""
    rows = Notice.objects.open().filter(kind=kind)
    return set(rows.values_list("person__name", "case__reference"))


@pytest.fixture
def first(cast: Cast) -> Case:
    case = elsewhere(cast, **FIRST)
    Case.objects.filter(pk=case.pk).update(owner=cast.stranger, allocated=True)
    return case


@pytest.fixture
def second(cast: Cast, first: Case) -> Case:
    return refer(cast, **MISSPELT)


def test_the_owner_of_the_other_record_is_told_and_finds_who_asked(
    cast: Cast, first: Case, second: Case
) -> None:
    run()
    assert told(Kind.ALIKE) == {(cast.stranger.name, first.reference)}
    client = Client()
    client.force_login(cast.stranger)
    page = client.get(reverse("notices:list")).content.decode()
    address = reverse("cases:likenesses", args=[first.pk])
    assert address in page
    assert cast.officer.email in client.get(address).content.decode()


def test_it_is_over_when_it_is_answered_and_both_hear_of_a_link_but_who_made_it(
    cast: Cast, first: Case, second: Case
) -> None:
    run()
    say(second, between(first, second), "same", cast.officer)
    run(days=1)
    assert told(Kind.ALIKE) == set()
    assert told(Kind.LINKED) == {
        (cast.stranger.name, first.reference),
        (cast.supervisor.name, second.reference),
    }
    take_back(first, between(first, second), cast.stranger)
    run(days=2)
    linked = Notice.objects.filter(kind=Kind.LINKED, number__gt=0)
    assert set(linked.values_list("person__name", flat=True)) == {cast.supervisor.name}


def test_nobody_is_told_of_a_referral_that_only_named_people_see(
    cast: Cast, first: Case, second: Case
) -> None:
    Case.objects.filter(pk=second.pk).update(restricted=True)
    run()
    assert told(Kind.ALIKE) == set()


def test_who_is_kept_from_it_is_not_told(cast: Cast, first: Case, second: Case) -> None:
    Exclusion.objects.create(
        record=second.pk, person=cast.stranger, by=cast.supervisor, reason="A cousin", since=timezone.now()
    )
    run()
    assert told(Kind.ALIKE) == set()


def test_those_who_are_named_on_a_restricted_record_are_told_and_nobody_else(cast: Cast) -> None:
    hidden = refer(cast, **FIRST)
    restrict(hidden, cast.supervisor, [cast.fimu])
    refer(cast, **MISSPELT)
    look_beyond()
    run()
    assert told(Kind.ALIKE) == {(cast.fimu.name, hidden.reference)}


def late_to(person: Person) -> set[str]:
    return set(Notice.objects.filter(person=again(person), kind=Kind.OVERDUE).values_list("about", flat=True))


def test_what_nobody_answers_is_late_and_told_to_the_owner_and_further_up(
    cast: Cast, first: Case, second: Case
) -> None:
    run(days=6)
    assert "likeness" in late_to(cast.supervisor)
    run(days=30)
    further = Notice.objects.filter(kind=Kind.ESCALATED, about="likeness")
    assert cast.lead.name in further.values_list("person__name", flat=True)
    say(second, between(first, second), "cannot-tell", cast.officer)
    run(days=30, minutes=10)
    assert not Notice.objects.open().filter(about="likeness").exists()
