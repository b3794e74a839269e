"""Who sees a restricted case, and the acts that decide it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant
from handrail.cases.case_access import restrictions, who_may_work
from handrail.cases.case_access.views.naming import people_to_name
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category, Restriction
from handrail.cases.tests.cast import Cast, answer, refer, take
from handrail.cases.tests.staff import (
    Staff,
    again,
    client_of,
    everything,
    found,
    leave,
    make_staff,
)
from handrail.cases.timeline import checks
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack


@pytest.fixture
def staff(cast: Cast) -> Staff:
    return make_staff(cast)


def restrict(case: Case, by: Person, named: list[Person], *concerned: Person) -> None:
    with context.asking(again(by)):
        restrictions.restrict(
            case.pk,
            by=again(by),
            category=Category.POLICE_STAFF,
            reason="A colleague",
            named=[again(person) for person in named],
            concerned=concerned,
        )
    case.refresh_from_db()


def sees(someone: Person, case: Case) -> bool:
    with context.asking(again(someone)):
        through_filter = Case.objects.visible_to(again(someone)).filter(pk=case.pk).exists()
        in_database = Case.objects.filter(pk=case.pk).exists()
    assert through_filter == in_database
    return in_database


def test_only_those_who_are_named_see_it(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.fimu, staff.standards])
    everybody = Person.objects.all()
    assert {p.name for p in everybody if sees(p, case)} == {cast.fimu.name, staff.standards.name}


def test_who_restricts_it_stays_only_if_named(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.supervisor])
    assert sees(cast.supervisor, case)
    other = refer(cast)
    restrict(other, cast.supervisor, [cast.fimu])
    assert not sees(cast.supervisor, other)


def test_somebody_named_is_accountable_for_it(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    assert case.owner == cast.supervisor
    restrict(case, cast.supervisor, [staff.standards])
    assert (case.owner, case.allocated) == (staff.standards, False)


def test_a_body_is_never_named_and_other_grants_sleep(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    council_grant = Grant.objects.create(
        record=case.pk,
        organisation=cast.council,
        kind=GrantKind.INVITED,
        reason="Help",
        by=cast.supervisor,
        since=case_time(),
        until=case_time(days=30),
    )
    assert sees(cast.chair, case)
    restrict(case, cast.supervisor, [cast.fimu])
    assert not sees(cast.chair, case)
    with context.asking(again(cast.chair)):
        assert not Grant.objects.filter(pk=council_grant.pk).exists()


def case_time(days: int = 0) -> datetime:
    return timezone.now() + timedelta(days=days, minutes=-1)


def test_who_is_concerned_never_sees_it_whatever_they_hold(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    take_owner(case, cast.officer)
    restrict(case, cast.supervisor, [cast.supervisor], cast.officer)
    assert not sees(cast.officer, case)
    with context.asking(again(cast.supervisor)), pytest.raises(NotNow, match="kept from this case"):
        restrictions.name(case.pk, again(cast.officer), by=again(cast.supervisor), reason="Mistake")
    with context.asking(again(cast.supervisor)):
        restrictions.name(case.pk, again(staff.standards), by=again(cast.supervisor), reason="Second")
        restrictions.ask_to_lift(case.pk, by=again(cast.supervisor), reason="Cleared")
    with context.asking(again(staff.standards)):
        restrictions.settle_lift(case.pk, by=again(staff.standards), agreed=True, reason="Agreed")
    assert sees(cast.fimu, case)
    assert not sees(cast.officer, case)


def take_owner(case: Case, owner: Person) -> None:
    Case.objects.filter(pk=case.pk).update(owner=owner, allocated=True)
    case.refresh_from_db()


def test_a_draft_of_somebody_who_lost_sight_shows_nothing_of_the_case(cast: Cast) -> None:
    case = refer(cast)
    take_owner(case, cast.officer)
    begin = reverse("cases:begin", args=[case.pk, "ask-for-information"])
    client = client_of(cast.officer)
    client.post(begin)
    draft = Draft.objects.get(target_id=case.pk)
    assert "Drafts" in client.get(reverse("web:home")).content.decode()
    restrict(case, cast.supervisor, [cast.supervisor])
    assert "Drafts" not in client.get(reverse("web:home")).content.decode()
    assert client.get(reverse("cases:answers", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize("who", ["officer", "fimu", "lead", "nation", "stranger"])
def test_who_may_not_restrict_is_refused(cast: Cast, who: str) -> None:
    case = refer(cast)
    by = again(getattr(cast, who))
    with context.asking(by), pytest.raises((NotAllowed, Case.DoesNotExist)):
        restrictions.restrict(
            case.pk, by=by, category=Category.OTHER, reason="Why not", named=[again(cast.fimu)], concerned=[]
        )
    case.refresh_from_db()
    assert not case.restricted


def test_somebody_has_to_be_named_who_can_work_on_it(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    unvetted = again(cast.fimu)
    unvetted.posts.update(vetting=Vetting.NONE)
    for named in ([], [unvetted], [staff.administrator]):
        with pytest.raises(NotNow):
            restrict(case, cast.supervisor, list(named))
    with pytest.raises(NotNow, match="kept from this case"):
        restrict(case, cast.supervisor, [cast.mash], cast.mash)
    assert not Restriction.objects.exists()
    assert not Grant.objects.exists()


def test_every_act_leaves_an_entry_that_nobody_else_may_read(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.supervisor, staff.standards], cast.officer)
    with context.asking(again(cast.supervisor)):
        restrictions.name(case.pk, again(cast.fimu), by=again(cast.supervisor), reason="Searches")
        grant = who_may_work.grants_of(case).get(person=cast.fimu)
        restrictions.unname(grant.pk, by=again(cast.supervisor), reason="Searched")
        restrictions.ask_to_lift(case.pk, by=again(cast.supervisor), reason="Over")
    with context.asking(again(staff.standards)):
        restrictions.settle_lift(case.pk, by=again(staff.standards), agreed=False, reason="Not yet")
    acts = list(Entry.objects.filter(kind="access").order_by("pk").values_list("act", flat=True))
    assert acts == [
        "access-restricted",
        "access-excluded",
        "access-named",
        "access-named",
        "access-named",
        "access-ended",
        "access-lift-asked",
        "access-lift-refused",
    ]
    for outsider in (cast.officer, cast.fimu, cast.lead, cast.nation, staff.administrator):
        with context.asking(again(outsider)):
            assert not Entry.objects.filter(kind="access").exists(), outsider
            assert not Restriction.objects.exists()
            assert not Exclusion.objects.exists()


def test_two_people_lift_a_restriction(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.supervisor, staff.standards])
    by = again(cast.supervisor)
    with context.asking(by):
        restrictions.ask_to_lift(case.pk, by=by, reason="It was a mistake")
        with pytest.raises(NotAllowed, match="another person"):
            restrictions.settle_lift(case.pk, by=by, agreed=True, reason="I say so")
    assert not sees(cast.fimu, case)
    other = again(staff.standards)
    with context.asking(other):
        restrictions.settle_lift(case.pk, by=other, agreed=True, reason="It was")
    assert sees(cast.fimu, case)
    assert not sees(staff.standards, case)


def test_the_last_one_who_can_work_on_it_stays(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.supervisor, cast.fimu])
    leave(cast.fimu)
    by = again(cast.supervisor)
    with context.asking(by):
        own = who_may_work.grants_of(case).get(person=by)
        with pytest.raises(NotNow, match="Nobody would be left"):
            restrictions.unname(own.pk, by=by, reason="Enough")


@pytest.mark.parametrize("whose", ["own", "other"])
def test_nobody_ends_that_somebody_is_named_by_the_page_of_other_grants(
    cast: Cast, staff: Staff, whose: str
) -> None:
    """That page does not check that a named person is left, nor change the owner."""
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.supervisor, staff.standards])
    named = cast.supervisor if whose == "own" else staff.standards
    grant = Grant.objects.get(person=named, kind=GrantKind.NAMED)
    address = reverse("cases:end-access", args=[case.pk, grant.pk])
    client = client_of(cast.supervisor)
    assert address not in client.get(reverse("cases:access", args=[case.pk])).content.decode()
    assert client.post(address, {"reason": "Gone"}).status_code == 403
    assert sees(named, case)


def test_who_ends_their_own_naming_loses_it_at_once(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.supervisor, staff.standards])
    by = again(cast.supervisor)
    with context.asking(by):
        restrictions.unname(who_may_work.grants_of(case).get(person=by).pk, by=by, reason="Moved on")
        assert not Case.objects.filter(pk=case.pk).exists()
    case.refresh_from_db()
    assert case.owner == staff.standards


def unattended(someone: Person) -> set[str]:
    with context.asking(again(someone)):
        return set(restrictions.unattended().values())


def test_a_case_that_nobody_is_left_for_shows_to_professional_standards_of_the_force(
    cast: Cast, staff: Staff
) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.fimu])
    assert unattended(staff.standards) == set()
    leave(cast.fimu)
    everybody = Person.objects.all()
    told = {p.name for p in everybody if unattended(p)}
    assert told == {staff.standards.name, staff.second_standards.name}
    assert not sees(staff.standards, case)
    page = client_of(staff.standards).get(reverse("cases:concerns")).content.decode()
    assert case.reference in page
    assert case.subject
    assert case.subject.name not in page


def test_vetting_that_runs_out_leaves_a_case_without_anybody_too(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.fimu])
    cast.fimu.posts.update(vetted_until="2021-01-01")
    assert unattended(staff.standards) == {case.reference}


def test_one_of_professional_standards_takes_it_on_and_the_others_see_that_somebody_has(
    cast: Cast, staff: Staff
) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.fimu])
    leave(cast.fimu)
    client = client_of(staff.standards)
    client.post(reverse("cases:take-on", args=[case.pk]), {"reason": ""})
    assert unattended(staff.standards)
    answer = client.post(reverse("cases:take-on", args=[case.pk]), {"reason": "Fay has left"})
    assert answer.headers["Location"] == reverse("cases:case", args=[case.pk])
    assert client.get(answer.headers["Location"]).status_code == 200
    assert unattended(staff.second_standards) == set()
    assert not sees(staff.second_standards, case)
    again_ = client_of(staff.second_standards).post(
        reverse("cases:take-on", args=[case.pk]), {"reason": "Me too"}
    )
    assert again_.status_code == 404


def test_who_is_concerned_is_not_told_that_nobody_is_left(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.fimu], staff.standards)
    leave(cast.fimu)
    assert unattended(staff.standards) == set()
    assert unattended(staff.second_standards) == {case.reference}


def test_where_a_force_has_nobody_for_it_the_others_are_told(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.fimu], staff.standards)
    leave(cast.fimu)
    leave(staff.second_standards)
    assert unattended(staff.elsewhere) == {case.reference}
    assert unattended(staff.standards) == set()


def test_an_allocation_offers_only_those_who_are_named(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.supervisor, cast.second_officer], cast.officer)
    client = client_of(cast.supervisor)
    begun = client.post(reverse("cases:begin", args=[case.pk, "allocate"]))
    page = client.get(begun.headers["Location"]).content.decode()
    assert cast.second_officer.name in page
    assert cast.officer.name not in page
    with pytest.raises(Exception, match="attention"):
        take(case, "allocate", again(cast.supervisor), owner=str(cast.officer.pk))


def test_no_report_counts_it_not_even_for_those_who_see_it(cast: Cast, staff: Staff) -> None:
    refer(cast)
    pack = current_pack()
    before = checks.report(pack)
    case = refer(cast)
    assert checks.report(pack) != before
    restrict(case, cast.supervisor, [cast.supervisor])
    assert checks.report(pack) == before  # as the worker, who prints `handrail checks`, sees it
    with context.asking(again(cast.supervisor)):
        assert checks.report(pack, forces=[cast.force.pk]) == before
    for check in pack.checks:
        assert case.pk not in checks.cases_out_of_line(pack, check)


UNUSED = "P-2222-3333"
ACTS: dict[str, Callable[[Cast, Staff, Case], dict[str, object]]] = {
    "restrict": lambda cast, staff, case: {
        "category": "police-staff",
        "restrict-reason": "A colleague",
        "named": [str(cast.supervisor.pk), str(cast.fimu.pk)],
        "elsewhere": staff.elsewhere.email,
        "concerned": cast.officer.email,
    },
    "name": lambda cast, staff, case: {"name-reason": "Needed", "named": [str(staff.standards.pk)]},
    "keep-from": lambda cast, staff, case: {"keep-from-reason": "A friend", "concerned": cast.fimu.email},
    "ask-to-lift": lambda cast, staff, case: {"ask-to-lift-reason": "Over"},
}


def test_everything_is_done_on_one_page(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    client, page = client_of(cast.supervisor), reverse("cases:restriction", args=[case.pk])
    for act, answers in ACTS.items():
        done = client.post(page, {"act": act, **answers(cast, staff, case)})
        assert (done.status_code, done.headers.get("Location")) == (302, page), act
    assert {p.name for p in Person.objects.all() if sees(p, case)} == {
        cast.supervisor.name,
        staff.standards.name,
        staff.elsewhere.name,
    }
    agreed = client_of(staff.standards).post(page, {"act": "lift", "lift-reason": "Yes"})
    assert agreed.headers["Location"] == reverse("web:home")
    assert sees(cast.mash, case)
    assert not sees(cast.fimu, case)


@pytest.mark.parametrize(
    ("left_out", "message"),
    [
        ("category", "Select why only named people should see it"),
        ("restrict-reason", "Say why only named people should see it"),
        ("named", "Select at least one person who can work on it"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(cast: Cast, left_out: str, message: str) -> None:
    case = refer(cast)
    typed = {"category": "relative", "restrict-reason": "Her brother", "named": [str(cast.fimu.pk)]}
    page = reverse("cases:restriction", args=[case.pk])
    answer = client_of(cast.supervisor).post(
        page, {"act": "restrict", **{name: value for name, value in typed.items() if name != left_out}}
    )
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert ("Her brother" in answer.content.decode()) == (left_out != "restrict-reason")
    assert not Case.objects.get().restricted


def test_an_address_that_is_no_account_is_said(cast: Cast) -> None:
    case = refer(cast)
    typed = {
        "category": "other",
        "restrict-reason": "Why",
        "named": [str(cast.fimu.pk)],
        "concerned": "x@example.org",
    }
    page = reverse("cases:restriction", args=[case.pk])
    answer = client_of(cast.supervisor).post(page, {"act": "restrict", **typed})
    assert "No account here has the address “x@example.org”" in answer.content.decode()


def test_only_those_of_the_police_with_a_vetted_post_are_offered(cast: Cast, staff: Staff) -> None:
    cast.mash.posts.update(vetted_until="2021-01-01")
    names = {post.person.name for post in people_to_name(cast.force)}
    assert names >= {cast.fimu.name, staff.standards.name, cast.officer.name}
    assert not names & {cast.mash.name, cast.chair.name, cast.stranger.name, staff.elsewhere.name}


@pytest.mark.parametrize(("every", "one_in"), [(24, 2), pytest.param(1, 1, marks=pytest.mark.whole)])
def test_the_line_of_a_colleague_sees_the_same_before_and_after(
    cast: Cast, staff: Staff, every: int, one_in: int
) -> None:
    """Nobody in a colleague's line of supervision sees a case restricted at referral, not even briefly.

    `every` and `one_in` sample the test: one in so many lists that are out of line, and one in so many
    people.
    """
    other = refer(cast)
    take_owner(other, cast.officer)
    line = (cast.officer, cast.second_officer, cast.supervisor, cast.fimu, cast.lead, cast.nation, cast.chair)
    people = (*line, cast.stranger, staff.chief, staff.administrator, staff.elsewhere)[::one_in]
    words = ["Ade", "Olu", "Olu Ade"]
    before = {p.name: everything(p, words, every=every) for p in people}
    found_before = checks.report(current_pack())
    given = {"given-name": "Olu", "family-name": "Ade", "restriction": "police-staff"}
    case = refer(cast, "police-referral", cast.mash, **given)
    assert case.restricted
    assert [p.name for p in who_may_work.people_of(case)] == [
        staff.standards.name,
        staff.second_standards.name,
    ]
    assert Exclusion.objects.get().person == cast.officer
    assert checks.report(current_pack()) == found_before
    for p in people:
        after = everything(p, words, case.pk, every=every)
        assert {name: page for name, page in after.items() if page != before[p.name][name]} == {}, p
        status, page = found(p, case.reference)
        assert (status, page.replace(case.reference.encode(), UNUSED.encode())) == found(p, UNUSED)


def test_a_public_figure_goes_to_the_lead_of_the_prevent_team(cast: Cast, staff: Staff) -> None:
    case = refer(cast, "police-referral", cast.officer, restriction="public-figure")
    assert [p.name for p in who_may_work.people_of(case)] == [cast.supervisor.name]
    assert case.owner == cast.supervisor
    assert not sees(cast.officer, case)


def test_none_of_these_restricts_nothing(cast: Cast) -> None:
    assert not refer(cast, restriction="none").restricted


def test_no_row_of_the_history_was_ever_unrestricted(cast: Cast, staff: Staff) -> None:
    case = refer(cast, "police-referral", cast.officer, restriction="police-staff")
    with connection.cursor() as cursor:
        cursor.execute("SELECT restricted FROM cases_caseevent WHERE pgh_obj_id = %s", [case.pk])
        assert {restricted for (restricted,) in cursor.fetchall()} == {True}


def test_a_restricted_case_is_never_opened_with_a_reason(cast: Cast) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.fimu])
    for someone in (cast.lead, cast.nation, cast.officer):
        answer = client_of(someone).post(reverse("cases:open", args=[case.pk]), {"reason": "Curious"})
        assert answer.status_code == 404
    assert not Grant.objects.filter(kind=GrantKind.OPENED).exists()


def test_nobody_gives_themselves_a_restricted_case_in_the_database(cast: Cast, staff: Staff) -> None:
    case = refer(cast)
    restrict(case, cast.supervisor, [cast.fimu])
    for someone in (cast.supervisor, cast.officer, staff.administrator):
        with context.asking(again(someone)):
            with suppress(ProgrammingError), transaction.atomic():
                Grant.objects.create(
                    record=case.pk,
                    person=someone,
                    kind=GrantKind.NAMED,
                    reason="Mine",
                    by=someone,
                    since=case_time(),
                )
            assert Case.objects.filter(pk=case.pk).update(restricted=False) == 0
    assert Grant.objects.filter(record=case.pk).count() == 1


def test_what_is_asked_of_somebody_who_is_not_named_is_said_and_can_be_ended(cast: Cast) -> None:
    case = refer(cast)
    action = take(case, "action", cast.supervisor, owner=str(cast.mash.pk))
    restrict(case, cast.supervisor, [cast.supervisor, cast.second_officer])
    client = Client()
    client.force_login(cast.supervisor)
    said = "does not see it any more and cannot answer"
    page = client.get(reverse("cases:restriction", args=[case.pk])).content.decode()
    assert said in " ".join(page.split())
    assert cast.mash.name in page
    answer(case, "action-withdraw", cast.supervisor, action.number)
    page = client.get(reverse("cases:restriction", args=[case.pk])).content.decode()
    assert said not in " ".join(page.split())
