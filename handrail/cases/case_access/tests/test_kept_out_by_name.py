"""A person near in name to the subject of a case neither owns it, sees it nor is notified of it.

This holds until another named person says that they are not the subject. A person named for an office loses
access with the office.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.models import Exclusion, Grant
from handrail.cases.case_access import restrictions, who_may_work
from handrail.cases.case_access.tests.test_restricting import restrict, sees, unattended
from handrail.cases.case_access.tests.test_staff_route import raise_concern
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models import Case
from handrail.cases.person import merging
from handrail.cases.tests.cast import Cast, answer, organisation, person, refer, take
from handrail.cases.tests.staff import Staff, again, client_of, everything, leave, make_staff
from handrail.ledger.models import Entry
from handrail.organisations.models import Kind, Person, Post
from handrail.organisations.roles import Role


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


def rename(someone: Person, name: str) -> None:
    Person.objects.filter(pk=someone.pk).update(name=name)
    someone.name = name


def concern_about(cast: Cast, given: str, family: str, **more: str) -> Case:
    said = {"given-name": given, "family-name": family, "work-email": "", **more}
    raise_concern(cast.second_officer, cast.force, **said)
    return Case.objects.get(restricted=True)


MISSPELT = [
    ("Rupert Feldmann", "Rupert", "Feldman"),
    ("Zeynep Yıldırım", "ZEYNEP", "YILDIRIM"),
    ("Niamh O'Donovan", "Niamh", "ODonovan"),
    ("Cormac McGuinness", "Cormac", "Mc Guinness"),
    ("Bronisława Kowal", "Bronislawa", "Kowal"),
    ("Paweł Wiśniewski", "Wisniewski", "Pawel"),
]


@pytest.mark.parametrize(("account", "given", "family"), MISSPELT)
def test_the_only_officer_of_professional_standards_is_kept_from_their_own_case(
    cast: Cast, staff: Staff, account: str, given: str, family: str
) -> None:
    rename(staff.standards, account)
    leave(staff.second_standards)
    before = everything(staff.standards, [family], every=24)
    case = concern_about(cast, given, family)
    assert case.owner == staff.elsewhere
    assert who_may_work.people_of(case) == [staff.elsewhere]
    assert sees(staff.elsewhere, case)
    assert not sees(staff.standards, case)
    assert unattended(staff.standards) == set()
    assert everything(staff.standards, [family], case.pk, every=24) == before


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("work-email", "{account}"),
        ("work-email", "  {ACCOUNT} "),
        ("work-email", "{plus}"),
        ("work", "Response, ask {account}."),
        ("family-name", "{account}"),
    ],
)
def test_an_account_whose_address_is_given_is_kept_out_wherever_it_was_typed(
    cast: Cast, staff: Staff, field: str, written: str
) -> None:
    address = staff.standards.email
    local, _, domain = address.partition("@")
    said = written.format(account=address, ACCOUNT=address.upper(), plus=f"{local}+work@{domain}")
    case = concern_about(cast, "Olu", "Ade", **{field: said})
    assert not sees(staff.standards, case)
    assert who_may_work.people_of(case) == [staff.second_standards]


def test_an_address_that_is_learnt_later_keeps_its_account_out(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Olu", "Ade")
    assert case.owner == staff.standards
    take(case, "identity-detail", staff.second_standards, what="email", email=staff.standards.email)
    assert not sees(staff.standards, case)
    assert case.owner == staff.second_standards


def test_nobody_near_in_name_can_be_named_until_somebody_else_says_that_it_is_not_them(
    cast: Cast, staff: Staff
) -> None:
    rename(staff.second_standards, "Rupert Feldmann")
    case = concern_about(cast, "Rupert", "Feldman")
    with context.asking(again(staff.standards)), pytest.raises(NotNow, match="kept from this case"):
        restrictions.name(case.pk, staff.second_standards, by=again(staff.standards), reason="Needed")
    with context.asking(again(staff.standards)):
        by = again(staff.standards)
        restrictions.not_them(case.pk, staff.second_standards, by=by, reason="A cousin, by the HR record")
        restrictions.name(case.pk, again(staff.second_standards), by=by, reason="Needed")
    assert sees(staff.second_standards, case)
    ended = Exclusion.objects.get(person=staff.second_standards)
    assert ended.ended_by == staff.standards
    said = Entry.objects.select_related("content").get(chain=ended.pk, act="access-let-back")
    assert said.actor == staff.standards.pk
    assert said.content.content["reason"] == "A cousin, by the HR record"


def test_neither_they_nor_whoever_raised_it_say_that_it_is_not_them(cast: Cast, staff: Staff) -> None:
    rename(staff.chief, "Rupert Feldmann")
    said = {"given-name": "Rupert", "family-name": "Feldman", "work-email": ""}
    raise_concern(staff.standards, cast.force, **said)
    case = Case.objects.get()
    with context.asking(again(staff.standards)), pytest.raises(NotAllowed, match="not the person who raised"):
        restrictions.not_them(case.pk, staff.chief, by=again(staff.standards), reason="Surely not")
    with pytest.raises(NotAllowed), context.asking(again(staff.chief)):
        restrictions.not_them(case.pk, staff.chief, by=again(staff.chief), reason="Not me")
    assert Exclusion.objects.get(person=staff.chief).ended_at is None


def test_an_account_of_later_is_kept_out_as_well(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Rupert", "Feldman")
    later = person("Rupert Feldmann", Role.PROFESSIONAL_STANDARDS, cast.force)
    with context.asking(again(staff.standards)), pytest.raises(NotNow, match="name similar"):
        restrictions.name(case.pk, later, by=again(staff.standards), reason="New here")
    leave(staff.standards)
    leave(staff.second_standards)
    assert unattended(later) == set()
    assert unattended(staff.elsewhere) == {case.reference}
    with context.asking(again(later)), pytest.raises(NotNow):
        restrictions.take_on(case.pk, by=again(later), reason="Mine to take")
    page = client_of(later).post(reverse("cases:take-on", args=[case.pk]), {"reason": "Mine to take"})
    assert page.status_code == 404
    assert not sees(later, case)


def test_a_case_that_is_restricted_later_is_closed_to_them_too(cast: Cast, staff: Staff) -> None:
    case = refer(cast, **{"given-name": "Rupert", "family-name": "Feldman"})
    rename(cast.mash, "Rupert Feldmann")
    assert sees(cast.mash, case)
    restrict(case, cast.supervisor, [staff.standards, cast.supervisor])
    assert who_may_work.kept_from(case) == {cast.mash.pk}
    lift(case, staff.standards, cast.supervisor)
    assert sees(cast.officer, case)
    assert not sees(cast.mash, case)


def test_who_comes_between_the_restriction_and_its_end_is_kept_out_too(cast: Cast, staff: Staff) -> None:
    case = refer(cast, **{"given-name": "Rupert", "family-name": "Feldman"})
    restrict(case, cast.supervisor, [staff.standards, cast.supervisor])
    later = person("Rupert Feldmann", Role.MASH_OFFICER, cast.force)
    lift(case, staff.standards, cast.supervisor)
    assert not sees(later, case)


def lift(case: Case, one: Person, other: Person) -> None:
    with context.asking(again(one)):
        restrictions.ask_to_lift(case.pk, by=again(one), reason="No need")
    with context.asking(again(other)):
        restrictions.settle_lift(case.pk, by=again(other), agreed=True, reason="Agreed")
    case.refresh_from_db()


def test_nobody_is_given_an_ordinary_case_that_may_be_about_them(cast: Cast, staff: Staff) -> None:
    rename(cast.officer, "Rupert Feldmann")
    case = refer(cast, "police-referral", cast.mash, **{"given-name": "Rupert", "family-name": "Feldman"})
    with pytest.raises(InvalidAnswers):
        take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    take(case, "allocate", cast.supervisor, owner=str(cast.second_officer.pk))
    assert case.owner == cast.second_officer
    with pytest.raises(InvalidAnswers):
        take(case, "handover", cast.supervisor, to=str(cast.officer.pk))


@pytest.mark.parametrize("who", ["second_officer", "fimu", "mash", "lead", "auditor"])
def test_an_ordinary_referral_about_a_colleague_does_not_reach_them(
    cast: Cast, staff: Staff, who: str
) -> None:
    colleague = getattr(cast, who)
    other = refer(cast, **{"given-name": "Olu", "family-name": "Ade"})
    assert sees(cast.supervisor, other)
    own = sees(colleague, other)
    rename(colleague, "Rupert Feldmann")
    before = everything(colleague, ["Feldman"], every=24)
    case = refer(cast, **{"given-name": "DS", "family-name": "Feldman"})
    assert not sees(colleague, case)
    assert everything(colleague, ["Feldman"], case.pk, every=24) == before
    assert sees(colleague, other) is own
    with context.asking(again(cast.supervisor)):
        by = again(cast.supervisor)
        restrictions.not_them(case.pk, again(colleague), by=by, reason="A cousin")
    assert sees(colleague, case) is own


def test_where_all_who_allocate_are_near_in_name_professional_standards_take_it(
    cast: Cast, staff: Staff
) -> None:
    rename(cast.supervisor, "Rupert Feldmann")
    other = refer(cast)
    case = refer(cast, **{"given-name": "Rupert", "family-name": "Feldman"})
    assert case.restricted
    assert who_may_work.people_of(case) == [staff.standards, staff.second_standards]
    assert not sees(cast.supervisor, case)
    assert sees(cast.supervisor, other)
    with context.asking(again(staff.standards)):
        by = again(staff.standards)
        restrictions.not_them(case.pk, again(cast.supervisor), by=by, reason="A cousin")
    lift(case, staff.standards, staff.second_standards)
    assert sees(cast.supervisor, case)


def test_the_lead_of_a_team_does_not_answer_for_a_case_about_themselves(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    assert case.owner == cast.supervisor
    team = cast.supervisor.posts.get().organisation
    person("Ola Second", Role.PREVENT_SUPERVISOR, team)
    rename(cast.supervisor, "Rupert Feldmann")
    case = refer(cast, "referral", **{"given-name": "Rupert", "family-name": "Feldman"})
    assert case.owner is None
    assert not case.restricted


def test_who_is_kept_from_a_case_is_kept_from_that_to_which_it_is_joined(cast: Cast, staff: Staff) -> None:
    whom = {"given-name": "Edie", "family-name": "Marl", "date-of-birth-day": "3", "date-of-birth-month": "4"}
    whom |= {"knows-date-of-birth": "yes", "date-of-birth-year": "1981", "postcode": "LS1 4AP"}
    into, case = refer(cast, **whom), refer(cast, **whom)
    restrict(case, cast.supervisor, [staff.standards, cast.supervisor], cast.mash)
    lift(case, staff.standards, cast.supervisor)
    assert sees(cast.mash, into)
    with context.asking(again(cast.supervisor)):
        by = again(cast.supervisor)
        merging.merge(case.pk, into.pk, by=by, reason="The same", seen_version=case.version)
    assert not sees(cast.mash, into)


def test_a_name_that_is_learnt_later_keeps_its_bearer_out(cast: Cast, staff: Staff) -> None:
    rename(staff.standards, "Aron Feldmann")
    case = concern_about(cast, "Olu", "Ade")
    assert case.owner == staff.standards
    learnt = {"what": "name", "given-name": "Aron", "family-name": "Feldman"}
    take(case, "identity-detail", staff.second_standards, **learnt)
    assert not sees(staff.standards, case)
    assert case.owner == staff.second_standards


def test_nobody_takes_over_a_case_from_another_force_that_may_be_about_them(cast: Cast, staff: Staff) -> None:
    wessex = staff.elsewhere.posts.get().organisation
    team = organisation(Kind.PREVENT_TEAM, "Wessex team", wessex)
    theirs = person("Rupert Feldmann", Role.PREVENT_SUPERVISOR, team)
    case = refer(cast, "police-referral", cast.mash, **{"given-name": "Rupert", "family-name": "Feldman"})
    offer = take(case, "transfer", cast.supervisor, to=str(wessex.pk))
    assert not sees(theirs, case)
    with pytest.raises(NotAllowed):
        answer(case, "transfer-accept", theirs, offer.number)
    with context.asking(again(cast.supervisor)):
        by = again(cast.supervisor)
        restrictions.not_them(case.pk, again(theirs), by=by, reason="Another Feldmann")
    assert sees(theirs, case)


# Being named for one's office


def move(someone: Person, role: Role, force: Post) -> None:
    """End the person's posts yesterday, and give them another from today on."""
    today = timezone.localdate()
    someone.posts.update(until=today - timedelta(days=1))
    Post.objects.create(
        person=someone,
        role=role,
        organisation=force.organisation,
        since=today,
        vetting=force.vetting,
        vetted_until=force.vetted_until,
    )


def test_whoever_was_named_for_their_office_stops_reading_it_when_they_move(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Olu", "Ade")
    assert sees(staff.standards, case)
    move(staff.standards, Role.PREVENT_OFFICER, staff.elsewhere.posts.get())
    assert again(staff.standards).posts_to_be_invited
    assert not sees(staff.standards, case)
    assert client_of(staff.standards).get(reverse("cases:case", args=[case.pk])).status_code == 404
    assert who_may_work.people_of(case) == [staff.second_standards]
    assert sees(staff.second_standards, case)


def test_a_grant_for_an_office_no_longer_held_is_not_listed_as_live(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Olu", "Ade")
    page = reverse("cases:access", args=[case.pk])
    before = client_of(staff.second_standards).get(page).content.decode()
    assert ("Ida Quill" in before, "When their post ends" in before) == (True, True)
    assert "No longer" not in before
    move(staff.standards, Role.PREVENT_OFFICER, staff.elsewhere.posts.get())
    given, past = client_of(staff.second_standards).get(page).content.decode().split("No longer")
    assert ("Ned Vane" in given, "Ida Quill" in given) == (True, False)
    assert ("Ida Quill" in past, "Their post or their vetting for it ended" in past) == (True, True)


def test_the_ledger_says_for_which_office_and_where_somebody_was_named(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Olu", "Ade")
    [grant] = Grant.objects.filter(record=case.pk, person=staff.standards)
    said = Entry.objects.get(chain=grant.pk, act="access-named").content.content
    office = {"office": Role.PROFESSIONAL_STANDARDS, "office_in": str(cast.force.pk)}
    assert {name: said.get(name) for name in office} == office


def test_whoever_is_left_answers_for_it(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Olu", "Ade")
    assert case.owner == staff.standards
    page = reverse("cases:restriction", args=[case.pk])
    client = client_of(staff.second_standards)
    assert "The owner can no longer see this case" not in client.get(page).content.decode()
    assert client.post(page, {"act": "answer-for", "answer-for-reason": "Moved"}).status_code == 409
    move(staff.standards, Role.PREVENT_OFFICER, staff.elsewhere.posts.get())
    assert "The owner can no longer see this case" in client.get(page).content.decode()
    assert client.post(page, {"act": "answer-for", "answer-for-reason": "Moved"}).status_code == 302
    case.refresh_from_db()
    assert case.owner == staff.second_standards
    assert Entry.objects.filter(act="access-owner", actor=staff.second_standards.pk).exists()


def test_whoever_was_named_in_person_stays_named(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Olu", "Ade")
    with context.asking(again(staff.standards)):
        restrictions.name(case.pk, cast.fimu, by=again(staff.standards), reason="A Prevent referral")
    move(cast.fimu, Role.PREVENT_OFFICER, staff.elsewhere.posts.get())
    assert sees(cast.fimu, case)


def test_a_case_whose_officers_have_all_moved_goes_to_who_holds_the_office(cast: Cast, staff: Staff) -> None:
    case = concern_about(cast, "Olu", "Ade")
    successor = person("Noor Best", Role.PROFESSIONAL_STANDARDS, cast.force)
    assert unattended(successor) == set()
    for someone in (staff.standards, staff.second_standards):
        move(someone, Role.PREVENT_OFFICER, staff.elsewhere.posts.get())
    assert unattended(successor) == {case.reference}
    assert unattended(staff.standards) == set()
    with context.asking(again(successor)):
        restrictions.take_on(case.pk, by=again(successor), reason="My office")
    assert sees(successor, case)
    move(successor, Role.PREVENT_OFFICER, staff.elsewhere.posts.get())
    assert not sees(successor, case)
    assert unattended(staff.elsewhere) == {case.reference}


def test_an_office_that_is_held_again_gives_the_case_again(cast: Cast, staff: Staff) -> None:
    """A post that is renewed as another one is the same office."""
    case = concern_about(cast, "Olu", "Ade")
    move(staff.standards, Role.PROFESSIONAL_STANDARDS, staff.second_standards.posts.get())
    assert sees(staff.standards, case)
