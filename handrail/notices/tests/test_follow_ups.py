"""Notices of follow-ups: to the assignee when assigned, to others when refused or late."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from handrail.access import context
from handrail.cases.models import Case, FollowUp
from handrail.cases.person import merging
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.tests.cast import Cast, answer, refer, take, what_becomes
from handrail.notices import rounds
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.organisations.models import Kind as Body
from handrail.organisations.models import Organisation, Person
from handrail.organisations.roles import Role
from handrail.organisations.tests.cast import organisation, person
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink

LATER = timedelta(days=12)


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    case.deadlines.update(ended=timezone.localdate())
    return case


def run(later: timedelta = timedelta(0)) -> None:
    rounds.run(timezone.now() + later)


def set_action(case: Case, cast: Cast, who: Person) -> FollowUp:
    entry = take(case, "action", cast.officer, owner=str(who.pk), what="Call the school")
    case.deadlines.update(ended=timezone.localdate())
    return FollowUp.objects.get(case=case, number=entry.number)


def open_notices(kind: Kind) -> set[str]:
    return set(Notice.objects.unseen().filter(kind=kind, number__gt=0).values_list("person__name", flat=True))


def test_whoever_is_asked_is_told_once(case: Case, cast: Cast) -> None:
    set_action(case, cast, cast.second_officer)
    run()
    run(timedelta(minutes=10))
    assert [n.person for n in Notice.objects.filter(kind=Kind.ASKED)] == [cast.second_officer]


def test_who_asks_themselves_is_not_told(case: Case, cast: Cast) -> None:
    set_action(case, cast, cast.officer)
    run()
    assert open_notices(Kind.ASKED) == set()


def test_what_was_taken_on_is_new_no_more(case: Case, cast: Cast) -> None:
    action = set_action(case, cast, cast.second_officer)
    run()
    answer(case, "action-accept", cast.second_officer, action.number)
    run(timedelta(minutes=10))
    assert open_notices(Kind.ASKED) == set()


def test_what_was_refused_is_told_to_whoever_asked_and_then_to_whom_it_is_passed_on(
    case: Case, cast: Cast
) -> None:
    action = set_action(case, cast, cast.mash)
    run()
    answer(case, "action-refuse", cast.mash, action.number)
    run(timedelta(minutes=10))
    assert (open_notices(Kind.REFUSED), open_notices(Kind.ASKED)) == ({cast.officer.name}, set())
    answer(case, "action-pass-on", cast.officer, action.number, owner=str(cast.fimu.pk))
    run(timedelta(minutes=20))
    assert (open_notices(Kind.REFUSED), open_notices(Kind.ASKED)) == (set(), {cast.fimu.name})


def test_what_nobody_answers_is_late_with_all_whom_it_concerns_and_goes_further_up(
    case: Case, cast: Cast
) -> None:
    set_action(case, cast, cast.second_officer)
    run()
    run(timedelta(days=5))
    assert open_notices(Kind.OVERDUE) == {cast.second_officer.name, cast.officer.name}
    run(LATER)
    assert open_notices(Kind.ESCALATED) == {cast.supervisor.name}
    run(LATER * 2)
    assert open_notices(Kind.ESCALATED) == {cast.supervisor.name, cast.lead.name}


def test_what_ends_is_told_no_more(case: Case, cast: Cast) -> None:
    action = set_action(case, cast, cast.second_officer)
    run(LATER)
    answer(case, "action-withdraw", cast.officer, action.number)
    run(LATER + timedelta(minutes=10))
    assert not Notice.objects.unseen().filter(number=action.number).exists()


def test_a_supervisor_who_was_asked_does_not_answer_for_themselves(case: Case, cast: Cast) -> None:
    set_action(case, cast, cast.supervisor)
    run(LATER)
    assert open_notices(Kind.ESCALATED) == {cast.lead.name}


def test_a_force_to_which_a_case_is_offered_is_told_by_those_who_take_cases_there(
    case: Case, cast: Cast
) -> None:
    other = Organisation.objects.get(name="Wessex Police")
    theirs = person(
        "Tess Down", Role.PREVENT_SUPERVISOR, organisation(Body.PREVENT_TEAM, "Wessex team", other)
    )
    take(case, "transfer", cast.supervisor, to=str(other.pk))
    run()
    assert open_notices(Kind.ASKED) == {theirs.name}


def test_of_a_restricted_case_nobody_is_told_who_is_not_named(case: Case, cast: Cast) -> None:
    set_action(case, cast, cast.second_officer)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    for days in range(0, 30, 3):
        run(timedelta(days=days))
    assert not Notice.objects.exclude(kind="sealing-late").exists()


def test_what_went_on_on_another_case_is_late_there_and_not_where_it_was_asked(cast: Cast) -> None:
    who = {"given-name": "Perpetua", "family-name": "Windlestraw"}
    stays, ends = refer(cast, **who), refer(cast, "referral", **who)
    look_beyond()
    entry = take(ends, "action", cast.supervisor, owner=str(cast.mash.pk))
    asked = FollowUp.objects.get(case=ends, number=entry.number)
    became = what_becomes(ends, cast.supervisor)
    ends.refresh_from_db()
    with context.asking(cast.supervisor):
        seen = ends.version
        merging.merge(ends.pk, stays.pk, by=cast.supervisor, reason="Same", seen_version=seen, became=became)
    assert asked.answer_due
    late = asked.answer_due + timedelta(days=40)
    rounds.run(timezone.make_aware(datetime.combine(late, time(9))))
    told = Notice.objects.filter(about="action").exclude(kind=Kind.ASKED)
    assert {notice.case for notice in told} == {stays}
    assert {notice.kind for notice in told} >= {Kind.OVERDUE}


def test_who_asked_and_the_owner_are_told_that_somebody_outside_answered(case: Case, cast: Cast) -> None:
    due = timezone.localdate() + timedelta(days=9)
    day = {f"due-{part}": str(getattr(due, part)) for part in ("day", "month", "year")}
    take(case, "partner-form", cast.fimu, what="Ida Marsh", email="head@school.example", **day)
    run()
    assert open_notices(Kind.ANSWERED) == set()
    link = FormLink.objects.get()
    with context.asking(None):
        context.hold_form_link(link.digest)
        acts.answer(link, {"known": ["no"], "who": ["Ida Marsh"]})
    run()
    run(timedelta(minutes=10))
    told = Notice.objects.filter(kind=Kind.ANSWERED)
    assert sorted(told.values_list("person__name", flat=True)) == sorted([cast.fimu.name, cast.officer.name])
    run(timedelta(days=100))
    assert open_notices(Kind.ANSWERED) == set()
