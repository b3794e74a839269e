"""A colleague kept from a case by their name stays out, and another person owns the case."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.models import Exclusion, Grant
from handrail.cases.case_access import keeping_out, restrictions, who_may_work
from handrail.cases.case_access.tests.test_kept_out_at_each_door import (
    LEARNT,
    WHOM,
    by_a_link,
    by_a_name_learnt_later,
    by_an_officer,
    by_the_public_form,
    join,
    second,
    terms,
)
from handrail.cases.case_access.tests.test_kept_out_by_name import lift, rename
from handrail.cases.case_access.tests.test_restricting import restrict, sees
from handrail.cases.disclosure import share_actions, summary_actions
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.person import merging
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, between, say
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, organisation, person, refer, take, typed_for
from handrail.cases.tests.staff import Staff, again, client_of, make_redaction, make_staff
from handrail.organisations.models import Kind, Organisation, Person
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

NAMED = "official-sensitive-named"


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


def test_the_page_that_asks_why_opens_no_case_for_somebody_of_a_later_account(
    cast: Cast, staff: Staff
) -> None:
    case = by_the_public_form(cast)
    said = {"purpose": "covering", "reason": "A complaint"}
    page = reverse("cases:open", args=[case.pk])
    assert client_of(staff.chief).post(page, said).status_code == 302
    later = person("Rupert Feldmann", Role.CHIEF_OFFICER_LEAD, cast.force)
    assert client_of(later).post(page, said).status_code == 403
    assert not Grant.objects.filter(person=later).exists()
    assert who_may_work.kept_from(case) == {later.pk}
    assert not sees(later, case)


@pytest.mark.parametrize("door", [by_the_public_form, by_an_officer, by_a_name_learnt_later])
def test_where_nobody_takes_concerns_about_staff_the_case_stays_with_the_officers(
    cast: Cast, door: Callable[[Cast], Case]
) -> None:
    rename(cast.supervisor, "Rupert Feldmann")
    case = door(cast)
    case.refresh_from_db()
    assert not case.restricted
    assert (case.owner, case.allocated) == (None, False)
    assert works_on(cast.second_officer, case)
    assert not sees(cast.supervisor, case)


def test_who_was_said_not_to_be_it_is_not_kept_out_again_by_what_is_linked(cast: Cast, staff: Staff) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    case = by_a_link(cast)
    other = Case.objects.exclude(pk=case.pk).get()
    assert not sees(cast.fimu, case)
    with context.asking(again(cast.supervisor)):
        by = again(cast.supervisor)
        restrictions.not_them(case.pk, again(cast.fimu), by=by, reason="A cousin")
    rename(cast.mash, "Ulla Brandt")
    take(case, "identity-detail", cast.officer, **{**LEARNT, "given-name": "Ulla", "family-name": "Brandt"})
    assert not sees(cast.mash, case)
    assert sees(cast.fimu, case)
    assert not sees(cast.fimu, other)


def test_who_was_said_not_to_be_it_is_not_kept_out_again_of_what_was_joined(cast: Cast, staff: Staff) -> None:
    into, case = refer(cast, **FIRST), refer(cast, **FIRST)
    join(case, into, cast.supervisor)
    rename(cast.fimu, "Rupert Feldmann")
    take(into, "identity-detail", cast.officer, **LEARNT)
    with context.asking(again(cast.supervisor)):
        by = again(cast.supervisor)
        restrictions.not_them(case.pk, again(cast.fimu), by=by, reason="A cousin")
    assert sees(cast.fimu, case)
    take(into, "further-referral", cast.mash)
    assert not sees(cast.fimu, into)
    assert sees(cast.fimu, case)


def marked_higher(case: Case, by: Person, step_id: str, /, **given: str) -> None:
    by.posts.update(vetting=Vetting.MANAGEMENT)
    case.refresh_from_db()
    typed = typed_for(case.pack, case.pack.step_by_id[step_id], case.force, **given)
    with context.asking(again(by)):
        actions.take_step(case.pk, step_id, typed, by=again(by), seen_version=case.version, marking=NAMED)


def test_a_step_that_is_marked_higher_may_shut_out_its_own_author(cast: Cast, staff: Staff) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    own = refer(cast, "police-referral", cast.fimu, **WHOM)
    assert sees(cast.fimu, own)
    marked_higher(own, cast.fimu, "further-referral")
    assert not sees(cast.fimu, own)


def test_a_name_that_is_marked_higher_is_not_compared(cast: Cast, staff: Staff) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    case = refer(cast)
    marked_higher(case, cast.officer, "identity-detail", **LEARNT)
    assert sees(cast.fimu, case)
    take(case, "identity-detail", cast.officer, **LEARNT)
    assert not sees(cast.fimu, case)


def test_cases_are_joined_where_the_owner_of_one_may_be_whom_they_are_about(cast: Cast, staff: Staff) -> None:
    into, case = refer(cast, **FIRST), refer(cast, **FIRST)
    take(into, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    take(case, "identity-detail", cast.officer, **LEARNT)
    rename(cast.second_officer, "Rupert Feldmann")
    join(case, into, cast.supervisor)
    into.refresh_from_db()
    assert (into.owner, into.allocated) == (cast.supervisor, False)
    assert not sees(cast.second_officer, into)
    assert not sees(cast.second_officer, case)


def test_cases_that_nobody_could_allocate_any_more_are_closed_and_not_joined(
    cast: Cast, staff: Staff
) -> None:
    into, case = refer(cast, **FIRST), refer(cast, **FIRST)
    take(case, "identity-detail", cast.officer, **LEARNT)
    rename(cast.supervisor, "Rupert Feldmann")
    case.refresh_from_db()
    by = again(cast.officer)
    with context.asking(by), pytest.raises(NotNow, match="They are restricted"):
        merging.merge(case.pk, into.pk, by=by, reason="The same", seen_version=case.version)
    for one in (into, case):
        one.refresh_from_db()
        assert one.restricted
        assert one.joined_to is None
        assert who_may_work.people_of(one) == [staff.standards, staff.second_standards]
        assert not sees(cast.supervisor, one)


def test_nobody_who_is_kept_from_a_case_is_named_for_it_when_it_is_closed(cast: Cast, staff: Staff) -> None:
    rename(staff.standards, "Rupert Feldmann")
    case = by_the_public_form(cast)
    assert who_may_work.kept_from(case) == {staff.standards.pk}
    rename(cast.supervisor, "Rupert Feldmann")
    take(case, "further-referral", cast.mash)
    assert case.restricted
    assert case.owner == staff.second_standards
    assert not Grant.objects.filter(record=case.pk, person=staff.standards).exists()
    assert not sees(staff.standards, case)


def test_a_lead_who_is_known_by_an_address_does_not_answer_for_the_case(cast: Cast, staff: Staff) -> None:
    second(cast)
    assert refer(cast).owner == cast.supervisor
    case = refer(cast, **{"given-name": "Zed", "family-name": "Quon", "address": cast.supervisor.email})
    assert case.owner is None
    assert not sees(cast.supervisor, case)


def test_a_case_that_is_passed_on_waits_to_be_allocated_again(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    assert not works_on(cast.second_officer, case)
    rename(cast.officer, "Rupert Feldmann")
    take(case, "identity-detail", cast.supervisor, **LEARNT)
    assert (case.owner, case.allocated) == (cast.supervisor, False)
    assert works_on(cast.second_officer, case)
    assert not works_on(cast.officer, case)


def works_on(someone: Person, case: Case) -> bool:
    with context.asking(again(someone)):
        return Case.objects.changed_by(again(someone)).filter(pk=case.pk).exists()


def test_why_somebody_is_kept_from_a_linked_record_is_true_and_names_no_case(
    cast: Cast, staff: Staff
) -> None:
    first, other = refer(cast, **FIRST), refer(cast, **MISSPELT)
    restrict(first, cast.supervisor, [cast.supervisor, staff.standards])
    with context.asking(again(cast.supervisor)):
        restrictions.keep_from(first.pk, again(cast.fimu), by=again(cast.supervisor), reason="Her brother")
    lift(first, staff.standards, cast.supervisor)
    say(other, between(first, other), "same", cast.officer)
    [kept] = Exclusion.objects.filter(record=other.pk)
    assert (kept.person, kept.reason) == (cast.fimu, "Kept from a record linked to this one.")


def test_whoever_is_kept_out_does_not_count_as_somebody_who_is_left(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.supervisor, staff.standards])
    rename(staff.standards, "Rupert Feldmann")
    take(case, "identity-detail", cast.supervisor, **LEARNT)
    assert not sees(staff.standards, case)
    assert who_may_work.people_of(case) == [cast.supervisor]
    grant = Grant.objects.get(record=case.pk, person=cast.supervisor)
    with context.asking(again(cast.supervisor)), pytest.raises(NotNow, match="Nobody would be left"):
        restrictions.unname(grant.pk, by=again(cast.supervisor), reason="Leaves")
    Case.objects.filter(pk=case.pk).update(owner=staff.standards)
    case.refresh_from_db()
    assert not who_may_work.owner_sees(case)


def school_of(staff: Staff, *names: str) -> Organisation:
    body = organisation(Kind.PARTNER, "A school", staff.elsewhere.posts.get().organisation)
    for name in names:
        person(name, Role.INTERVENTION_PROVIDER, body)
    return body


@pytest.mark.parametrize("way", ["invite", "share"])
def test_nothing_is_given_to_a_body_in_which_everybody_is_near_in_name(
    cast: Cast, staff: Staff, way: str
) -> None:
    case = by_the_public_form(cast)
    body, by = school_of(staff, "Rupert Feldmann"), again(cast.supervisor)
    shared = partial(share_actions.share, basis="safeguarding", controller="They")
    give: Callable[..., Grant] = share_actions.invite if way == "invite" else shared
    with context.asking(by), pytest.raises(NotNow, match="nobody at A school"):
        give(case, body, terms(), by=by)
    assert not Grant.objects.exists()
    person("Ivy Page", Role.INTERVENTION_PROVIDER, body)
    with context.asking(by):
        share_actions.invite(case, body, terms(), by=by)
    assert Grant.objects.count() == 1


def test_a_version_that_is_refused_keeps_nobody_out_and_one_for_nobody_is_not_given(
    cast: Cast, staff: Staff
) -> None:
    case = by_the_public_form(cast)
    redaction, by = make_redaction(case), again(cast.supervisor)
    body = school_of(staff, "Rupert Feldmann")
    said = {"reason": "The school", "basis": "safeguarding", "controller": "They"}
    for days, why in ((-1, "in the future"), (7, "nobody at A school")):
        until = timezone.now() + timedelta(days=days)
        with context.asking(by), pytest.raises(NotNow, match=why):
            summary_actions.share(redaction, body, by=by, until=until, **said)
        assert not Exclusion.objects.exists()
    person("Ivy Page", Role.INTERVENTION_PROVIDER, body)
    left = person("Rupert J Feldmann", Role.INTERVENTION_PROVIDER, body)
    left.posts.update(until=timezone.localdate() - timedelta(days=1))
    with context.asking(by):
        summary_actions.share(redaction, body, by=by, until=timezone.now() + timedelta(days=7), **said)
    assert Exclusion.objects.count() == 1
    assert left.pk not in who_may_work.kept_from(case)


def test_a_council_of_another_region_that_is_given_a_case_is_compared_too(cast: Cast, staff: Staff) -> None:
    region = organisation(Kind.REGION, "Far away", cast.nation.posts.get().organisation)
    council = organisation(Kind.COUNCIL, "Far City Council", region)
    theirs = person("Rupert Feldmann", Role.PANEL_CHAIR, council)
    case = refer(cast, **WHOM)
    Case.objects.filter(pk=case.pk).update(council=council)
    assert sees(theirs, case)
    take(case, "further-referral", cast.mash)
    assert not sees(theirs, case)


def test_whoever_became_the_owner_meanwhile_does_not_stay_so(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    as_it_was = Case.objects.select_related("force").get(pk=case.pk)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    assert as_it_was.owner_id != cast.officer.pk
    by = again(cast.supervisor)
    with context.asking(by):
        keeping_out.keep_out(as_it_was, [again(cast.officer)], by=by, post=by.current_posts[0])
    case.refresh_from_db()
    assert (case.owner, case.allocated) == (cast.supervisor, False)
