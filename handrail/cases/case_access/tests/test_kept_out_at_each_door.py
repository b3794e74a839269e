"""A colleague whom a case is about reaches it by no route until another person says that it is not them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.models import Exclusion
from handrail.cases.case_access import emergency_access, restrictions, who_may_work
from handrail.cases.case_access.tests.test_kept_out_by_name import rename
from handrail.cases.case_access.tests.test_restricting import restrict, sees
from handrail.cases.disclosure import share_actions, summary_actions
from handrail.cases.engine.record import PUBLIC_FORM
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.person import merging
from handrail.cases.person.matches.tests.two import FIRST, MISSPELT, between, elsewhere, say
from handrail.cases.registers.tests.telling import advise
from handrail.cases.registers.tests.test_becoming import begun, send
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, organisation, person, refer, take
from handrail.cases.tests.staff import Staff, again, client_of, everything, fill, make_redaction, make_staff
from handrail.ledger.models import Entry
from handrail.organisations.models import Kind, Person, Post
from handrail.organisations.roles import Role
from handrail.policy.step_kinds.opening import public_openings
from handrail.records.packs import current_pack

WHOM = {"given-name": "Rupert", "family-name": "Feldman"}
LEARNT = {"what": "name", "name-sort": "spelling", **WHOM}
Door = Callable[[Cast], Case]


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


def by_the_public_form(cast: Cast) -> Case:
    return refer(cast, "referral", **WHOM)


def by_an_officer(cast: Cast) -> Case:
    return refer(cast, **WHOM)


def by_the_control_room(cast: Cast) -> Case:
    return refer(cast, "police-referral", cast.mash, **WHOM)


def from_advice(cast: Cast) -> Case:
    draft = begun(advise(cast.officer), cast.supervisor)
    draft.typed |= {name: [value] for name, value in WHOM.items()}
    draft.save(update_fields=["typed"])
    return send(draft, cast.supervisor)


def by_a_name_learnt_later(cast: Cast) -> Case:
    case = refer(cast)
    take(case, "identity-detail", cast.officer, **LEARNT)
    return case


def by_another_name(cast: Cast) -> Case:
    said = {"given-name": "Zed", "family-name": "Quon", "other-names": "Roo, Rupert Feldman"}
    return refer(cast, "referral", **said)


def by_merging(cast: Cast) -> Case:
    into, case = refer(cast, **FIRST), refer(cast, **FIRST)
    learnt = {"what": "name", "name-sort": "spelling", "given-name": "Rupert", "family-name": "Feldman"}
    take(case, "identity-detail", cast.officer, **learnt)
    join(case, into, cast.supervisor)
    return into


def by_a_link(cast: Cast) -> Case:
    first = refer(cast, **FIRST)
    second = refer(cast, **MISSPELT)
    take(first, "identity-detail", cast.officer, **LEARNT)
    say(second, between(first, second), "same", cast.officer)
    return second


def join(case: Case, into: Case, by: Person) -> None:
    case.refresh_from_db()
    with context.asking(again(by)):
        merging.merge(case.pk, into.pk, by=again(by), reason="The same", seen_version=case.version)


DOORS: list[Door] = [
    by_the_public_form,
    by_an_officer,
    by_the_control_room,
    from_advice,
    by_a_name_learnt_later,
    by_another_name,
    by_merging,
    by_a_link,
]


@pytest.mark.parametrize("door", DOORS)
def test_it_reaches_nobody_of_that_name_until_somebody_else_says_that_it_is_not_them(
    cast: Cast, staff: Staff, door: Door
) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    case = door(cast)
    assert not case.restricted
    assert sees(cast.supervisor, case)
    assert not sees(cast.fimu, case)
    [kept] = Exclusion.objects.filter(record=case.pk)
    assert kept.person == cast.fimu
    said = Entry.objects.select_related("content").get(chain=kept.pk, act="access-excluded")
    assert said.actor == (kept.by_id or PUBLIC_FORM)
    assert said.content.content["record"] == str(case.pk)
    with context.asking(again(staff.chief)), pytest.raises(NotAllowed):
        restrictions.not_them(case.pk, again(cast.fimu), by=again(staff.chief), reason="Surely")
    other = cast.supervisor if who_may_work.raised_by(case) != cast.supervisor.pk else second(cast)
    with context.asking(again(other)):
        restrictions.not_them(case.pk, again(cast.fimu), by=again(other), reason="A cousin")
    assert sees(cast.fimu, case)


def second(cast: Cast) -> Person:
    return person("Ola Second", Role.PREVENT_SUPERVISOR, cast.supervisor.posts.get().organisation)


@pytest.mark.parametrize("door", [by_the_public_form, by_a_name_learnt_later])
@pytest.mark.parametrize("who", ["second_officer", "fimu", "lead", "nation", "auditor"])
def test_no_page_differs_by_it(cast: Cast, staff: Staff, door: Door, who: str) -> None:
    colleague = getattr(cast, who)
    rename(colleague, "Rupert Feldmann")
    before = everything(colleague, ["Feldman", "Rupert"], every=24)
    case = door(cast)
    assert everything(colleague, ["Feldman", "Rupert"], case.pk, every=24) == before


# Cast members without whom the case could not go on


@pytest.mark.parametrize("door", [by_the_public_form, by_a_name_learnt_later, by_another_name])
def test_where_the_only_supervisor_is_near_in_name_professional_standards_take_it(
    cast: Cast, staff: Staff, door: Door
) -> None:
    rename(cast.supervisor, "Rupert Feldmann")
    case = door(cast)
    case.refresh_from_db()
    assert case.restricted
    assert case.owner == staff.standards
    assert who_may_work.people_of(case) == [staff.standards, staff.second_standards]
    assert not sees(cast.supervisor, case)
    assert not sees(cast.officer, case)
    restriction = who_may_work.restriction_of(case)
    by = cast.officer if door is by_a_name_learnt_later else None
    entry = Entry.objects.get(chain=restriction.pk, act="access-restricted")
    assert (entry.actor, restriction.by) == (by.pk if by else PUBLIC_FORM, by)


def test_the_pages_of_the_public_form_are_the_same_where_professional_standards_take_it(
    cast: Cast, staff: Staff
) -> None:
    rename(cast.supervisor, "Rupert Feldmann")
    step = public_openings(current_pack())[0]
    visitor = Client()
    draft = fill(visitor, reverse("cases:refer"), step, cast.force, **WHOM)
    assert draft.submitted_reference
    sent = visitor.get(reverse("cases:refer-sent", args=[draft.pk])).content.decode()
    assert draft.submitted_reference in sent
    assert "estricted" not in sent
    assert "tandards" not in sent
    case = Case.objects.get()
    assert sees(staff.standards, case)
    page = client_of(staff.standards).get(reverse("cases:restriction", args=[case.pk])).content.decode()
    assert "by the public form" in page
    assert client_of(cast.supervisor).get(reverse("cases:case", args=[case.pk])).status_code == 404


def test_somebody_else_answers_for_a_case_whose_owner_turns_out_to_be_near_in_name(
    cast: Cast, staff: Staff
) -> None:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    rename(cast.officer, "Rupert Feldmann")
    take(case, "identity-detail", cast.supervisor, **LEARNT)
    case.refresh_from_db()
    assert not sees(cast.officer, case)
    assert case.owner == cast.supervisor
    [kept] = Exclusion.objects.filter(record=case.pk)
    said = Entry.objects.select_related("content").get(chain=kept.pk).content.content
    assert said["owner"] == str(cast.supervisor.pk)


def test_whoever_makes_a_referral_about_a_namesake_goes_on_with_it_until_another_concern_comes(
    cast: Cast, staff: Staff
) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    own = refer(cast, "police-referral", cast.fimu, **WHOM)
    assert sees(cast.fimu, own)
    other = refer(cast, "police-referral", cast.mash, **WHOM)
    assert not sees(cast.fimu, other)
    join(own, other, cast.supervisor)
    assert not sees(cast.fimu, own)
    assert not sees(cast.fimu, other)


def test_whoever_records_their_own_name_is_told_why_they_do_not_see_the_case_any_more(
    cast: Cast, staff: Staff
) -> None:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    rename(cast.officer, "Rupert Feldmann")
    client = client_of(cast.officer)
    begin = reverse("cases:begin", args=[case.pk, "identity-detail"])
    draft = fill(client, begin, case.pack.step_by_id["identity-detail"], case.force, **LEARNT)
    assert (draft.made_id, draft.typed) == (case.pk, {})
    assert not sees(cast.officer, case)
    home = client.get(reverse("web:home")).content.decode()
    assert "The name now on record is close to your own" in home
    assert "Feldman<" not in home


def test_a_further_referral_keeps_out_whoever_made_the_first(cast: Cast, staff: Staff) -> None:
    rename(cast.fimu, "Rupert Feldmann")
    own = refer(cast, "police-referral", cast.fimu, **WHOM)
    take(own, "further-referral", cast.mash)
    assert not sees(cast.fimu, own)


def test_an_account_whose_post_begins_later_is_kept_out_from_the_beginning(cast: Cast, staff: Staff) -> None:
    later = person("Rupert Feldmann", Role.MASH_OFFICER, cast.mash.posts.get().organisation)
    Post.objects.filter(person=later).update(since=timezone.localdate() + timedelta(days=3))
    case = by_the_public_form(cast)
    Post.objects.filter(person=later).update(since=timezone.localdate())
    assert not sees(later, case)


def test_an_address_that_is_given_keeps_its_account_out(cast: Cast, staff: Staff) -> None:
    rename(cast.fimu, "Olivia Married")
    case = refer(cast, **{"given-name": "Zed", "family-name": "Quon", "address": f"Ask {cast.fimu.email}"})
    assert not sees(cast.fimu, case)
    assert sees(cast.mash, case)


# Acts that give a person access to a case later


def terms() -> share_actions.Terms:
    return share_actions.Terms((), "Knows the family", timezone.localdate() + timedelta(days=7))


def test_nobody_near_in_name_is_invited_until_somebody_says_that_it_is_not_them(
    cast: Cast, staff: Staff
) -> None:
    case = by_the_public_form(cast)
    body = organisation(Kind.PARTNER, "A school", staff.elsewhere.posts.get().organisation)
    guest = person("Rupert Feldmann", Role.INTERVENTION_PROVIDER, body)
    with context.asking(again(cast.supervisor)):
        by = again(cast.supervisor)
        with pytest.raises(NotNow, match="kept from this case"):
            share_actions.invite(case, guest, terms(), by=by)
        restrictions.not_them(case.pk, guest, by=by, reason="Another one")
        share_actions.invite(case, guest, terms(), by=by)
    assert sees(guest, case)


@pytest.mark.parametrize("way", ["invite", "share"])
def test_of_a_body_that_is_let_see_it_nobody_near_in_name_does(cast: Cast, staff: Staff, way: str) -> None:
    case = by_the_public_form(cast)
    body = organisation(Kind.PARTNER, "A school", staff.elsewhere.posts.get().organisation)
    guest, other = (
        person(name, Role.INTERVENTION_PROVIDER, body) for name in ("Rupert Feldmann", "Ivy Page")
    )
    with context.asking(again(cast.supervisor)):
        by = again(cast.supervisor)
        if way == "invite":
            share_actions.invite(case, body, terms(), by=by)
        else:
            share_actions.share(case, body, terms(), by=by, basis="safeguarding", controller="They")
    assert sees(other, case)
    assert not sees(guest, case)


def test_somebody_of_a_later_account_does_not_open_a_case_that_may_be_about_them(
    cast: Cast, staff: Staff
) -> None:
    case = by_the_public_form(cast)
    later = person("Rupert Feldmann", Role.CHIEF_OFFICER_LEAD, cast.force)
    with context.asking(again(later)), pytest.raises(NotAllowed):
        emergency_access.open_with_reason(case, by=again(later), purpose="oversight", reason="Nosy")
    assert not sees(later, case)
    with context.asking(again(staff.chief)):
        emergency_access.open_with_reason(
            case, by=again(staff.chief), purpose="oversight", reason="A complaint"
        )
        restrictions.not_them(case.pk, later, by=again(staff.chief), reason="Another one")
    assert sees(later, case)


def test_a_redacted_version_goes_to_nobody_near_in_name(cast: Cast, staff: Staff) -> None:
    case = by_the_public_form(cast)
    redaction = make_redaction(case)
    guest = person("Rupert Feldmann", Role.PANEL_MEMBER, cast.council)
    said = {"reason": "The panel", "basis": "safeguarding", "controller": "They"}
    until = timezone.now() + timedelta(days=7)
    with context.asking(again(cast.supervisor)), pytest.raises(NotNow, match="cannot see this case"):
        summary_actions.share(redaction, guest, by=again(cast.supervisor), until=until, **said)
    assert Exclusion.objects.filter(record=case.pk, person=guest).exists()


def test_whoever_works_in_the_force_that_takes_a_case_over_is_kept_out(cast: Cast, staff: Staff) -> None:
    wessex = staff.elsewhere.posts.get().organisation
    team = organisation(Kind.PREVENT_TEAM, "Wessex team", wessex)
    taker = person("Tess Down", Role.PREVENT_SUPERVISOR, team)
    officer = person("Ola Second", Role.PREVENT_OFFICER, team)
    theirs = person("Rupert Feldmann", Role.FIMU_OFFICER, organisation(Kind.FIMU, "Wessex FIMU", wessex))
    case = by_the_public_form(cast)
    offer = take(case, "transfer", cast.supervisor, to=str(wessex.pk))
    with context.asking(again(taker)):
        typed, seen = {"owner": [str(officer.pk)]}, case.version
        actions.take_step(
            case.pk, "transfer-accept", typed, by=again(taker), seen_version=seen, about=offer.number
        )
    case.refresh_from_db()
    assert case.force == wessex
    assert sees(taker, case)
    assert not sees(theirs, case)


def test_a_link_to_a_record_of_another_force_keeps_out_there_too(cast: Cast, staff: Staff) -> None:
    there = elsewhere(cast, **FIRST)
    theirs = person("Rupert Feldmann", Role.FIMU_OFFICER, there.force)
    case = refer(cast, **MISSPELT)
    take(case, "identity-detail", cast.officer, **LEARNT)
    assert sees(theirs, there)
    say(case, between(there, case), "same", cast.officer)
    assert not sees(theirs, there)


def test_a_name_that_is_learnt_after_a_link_keeps_out_on_both_sides(cast: Cast, staff: Staff) -> None:
    there = elsewhere(cast, **FIRST)
    theirs = person("Rupert Feldmann", Role.FIMU_OFFICER, there.force)
    case = refer(cast, **MISSPELT)
    say(case, between(there, case), "same", cast.officer)
    assert sees(theirs, there)
    take(case, "identity-detail", cast.officer, **LEARNT)
    assert not sees(theirs, there)


def test_a_name_that_is_learnt_after_a_join_keeps_out_of_what_was_joined(cast: Cast, staff: Staff) -> None:
    into, case = refer(cast, **FIRST), refer(cast, **FIRST)
    join(case, into, cast.supervisor)
    rename(cast.fimu, "Rupert Feldmann")
    assert sees(cast.fimu, case)
    take(into, "identity-detail", cast.officer, **LEARNT)
    assert not sees(cast.fimu, into)
    assert not sees(cast.fimu, case)


def test_nobody_joins_cases_that_may_be_about_themselves(cast: Cast, staff: Staff) -> None:
    into = refer(cast, **FIRST)
    case = refer(cast, "police-referral", cast.supervisor, **FIRST)
    rename(cast.supervisor, f"{FIRST['given-name']} {FIRST['family-name']}")
    with pytest.raises(NotAllowed, match="may be about you"):
        join(case, into, cast.supervisor)


def test_what_was_restricted_stays_as_it_was(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.supervisor, staff.standards])
    rename(cast.fimu, "Rupert Feldmann")
    take(case, "identity-detail", cast.supervisor, **LEARNT)
    assert who_may_work.people_of(case) == [cast.supervisor, staff.standards]
    assert who_may_work.kept_from(case) == {cast.fimu.pk}
