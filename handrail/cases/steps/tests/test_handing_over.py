"""Handing over a caseload: offered in one act, owned by the old owner until the new one accepts each case."""

from itertools import pairwise

import pytest
from django.test import Client
from django.urls import reverse

from handrail.access import context
from handrail.cases.models import Case, FollowUp
from handrail.cases.steps import handing_over
from handrail.cases.tests.cast import Cast, refer, take


@pytest.fixture
def caseload(cast: Cast) -> list[Case]:
    cases = [refer(cast) for _ in range(3)]
    for case in cases:
        take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return cases


def owners(cases: list[Case]) -> list[str]:
    return [Case.objects.get(pk=case.pk).owner.name for case in cases]  # type: ignore[union-attr]


def test_all_are_offered_at_once_and_stay_with_the_old_owner(caseload: list[Case], cast: Cast) -> None:
    with context.asking(cast.supervisor):
        handled = handing_over.offer_all(
            cast.officer, cast.second_officer, "On leave until May", by=cast.supervisor
        )
    assert (len(handled.done), handled.left) == (3, [])
    assert owners(caseload) == [cast.officer.name] * 3
    with context.asking(cast.second_officer):
        rows = handing_over.offered_to(cast.second_officer)
        taken = handing_over.take_over(rows[:2], by=cast.second_officer)
    assert len(taken.done) == 2
    assert sorted(owners(caseload)) == sorted([cast.second_officer.name] * 2 + [cast.officer.name])


def test_what_is_offered_already_is_left_and_said(caseload: list[Case], cast: Cast) -> None:
    take(caseload[0], "handover", cast.officer, to=str(cast.practitioner.pk))
    with context.asking(cast.supervisor):
        handled = handing_over.offer_all(cast.officer, cast.second_officer, "Leave", by=cast.supervisor)
    assert [case.pk for case, why in handled.left if "asked for already" in why] == [caseload[0].pk]
    assert len(handled.done) == 2


def test_an_officer_hands_over_their_own_and_nobody_elses(caseload: list[Case], cast: Cast) -> None:
    with context.asking(cast.second_officer):
        assert handing_over.owners_for(cast.second_officer) == []
        handled = handing_over.offer_all(cast.officer, cast.practitioner, "Mine", by=cast.second_officer)
    assert (handled.done, handled.left) == ([], [])
    with context.asking(cast.officer):
        assert handing_over.owners_for(cast.officer) == [(cast.officer, 3)]


def test_the_caseload_of_one_who_left_can_be_handed_over(caseload: list[Case], cast: Cast) -> None:
    cast.officer.posts.all().delete()
    with context.asking(cast.supervisor):
        handled = handing_over.offer_all(cast.officer, cast.second_officer, "They left", by=cast.supervisor)
    assert len(handled.done) == 3
    assert FollowUp.objects.unanswered().filter(to_person=cast.second_officer).count() == 3


def test_handovers_in_a_circle_end_with_who_took_over_last(caseload: list[Case], cast: Cast) -> None:
    people = [cast.officer, cast.second_officer, cast.practitioner, cast.officer]
    for old, new in pairwise(people):
        with context.asking(old):
            handing_over.offer_all(old, new, "Round", by=old)
        with context.asking(new):
            handing_over.take_over(handing_over.offered_to(new), by=new)
    assert owners(caseload) == [cast.officer.name] * 3
    assert not FollowUp.objects.open().exists()


def test_on_the_screen_it_is_offered_and_taken_over(caseload: list[Case], cast: Cast, client: Client) -> None:
    client.force_login(cast.supervisor)
    page = client.get(reverse("cases:hand-over"))
    assert f"{cast.officer.name}" in page.text
    same = {"from": str(cast.officer.pk), "to": str(cast.officer.pk), "what": "Leave"}
    wrong = client.post(reverse("cases:hand-over"), same)
    assert wrong.status_code == 422
    assert "they already own these cases" in wrong.text
    sent = client.post(reverse("cases:hand-over"), same | {"to": str(cast.second_officer.pk)}, follow=True)
    assert "3 cases are offered to Nia Pugh" in sent.text
    client.force_login(cast.second_officer)
    assert reverse("cases:take-over") in client.get(reverse("web:home")).text
    assert client.post(reverse("cases:take-over")).status_code == 422
    rows = FollowUp.objects.values_list("pk", flat=True)
    done = client.post(reverse("cases:take-over"), {"case": list(rows)}, follow=True)
    assert "3 cases are now yours" in done.text
    assert owners(caseload) == [cast.second_officer.name] * 3
