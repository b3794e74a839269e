"""Notices of due and late deadlines: receivers, days, and each only once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, refer
from handrail.notices import rounds
from handrail.notices.kinds import Kind
from handrail.notices.models import Notice
from handrail.notices.tests.days import MONDAY, at, due, step, told_to
from handrail.organisations.models import Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.tests.cast import person

LIMITS = (Kind.DUE_SOON, Kind.REVIEW, Kind.OVERDUE, Kind.ESCALATED)
DUE = date(2026, 3, 13)  # a Friday


@pytest.fixture
def case(cast: Cast) -> Case:
    """Return the officer's case, on which only the gateway assessment is due."""
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.officer, allocated=True)
    case.deadlines.filter(limit_id="information-assessment").update(limit_id="gateway-assessment")
    case.deadlines.filter(limit_id="gateway-assessment").update(
        step_id="gateway-assessment", role="prevent-officer"
    )
    due(case, "gateway-assessment", DUE, began=MONDAY)
    case.refresh_from_db()
    return case


def days(who: Person, kind: Kind) -> list[date]:
    return [day for _, _, day in told_to(who, kind)]


def test_the_owner_is_told_two_working_days_before_and_the_day_after(cast: Cast, case: Case) -> None:
    step(MONDAY, DUE + timedelta(days=5))
    assert days(cast.officer, Kind.DUE_SOON) == [date(2026, 3, 11)]
    assert days(cast.officer, Kind.OVERDUE) == [date(2026, 3, 14)]
    assert told_to(cast.second_officer, *LIMITS) == told_to(cast.stranger) == []


def test_supervisors_are_told_after_three_working_days_and_the_leads_after_ten(
    cast: Cast, case: Case
) -> None:
    step(MONDAY, DUE + timedelta(days=30))
    assert days(cast.supervisor, Kind.ESCALATED) == [date(2026, 3, 18)]
    assert days(cast.lead, Kind.ESCALATED) == [date(2026, 3, 27)]
    assert told_to(cast.nation, *LIMITS) == []


def test_what_is_due_over_a_bank_holiday_is_told_by_working_days(cast: Cast, case: Case) -> None:
    due(case, "gateway-assessment", date(2026, 4, 7), began=MONDAY)  # the Tuesday after Easter
    step(date(2026, 3, 30), date(2026, 4, 10))
    assert days(cast.officer, Kind.DUE_SOON) == [
        date(2026, 4, 1)
    ]  # Good Friday and Easter Monday lie between
    assert days(cast.supervisor, Kind.ESCALATED) == [date(2026, 4, 10)]


def test_weeks_late_tell_each_thing_once(cast: Cast, case: Case) -> None:
    step(DUE, DUE + timedelta(days=20))
    before = Notice.objects.count()
    step(DUE + timedelta(days=21), DUE + timedelta(days=25))
    assert Notice.objects.count() == before
    assert {notice.person for notice in Notice.objects.filter(kind=Kind.ESCALATED)} == {
        cast.supervisor,
        cast.lead,
    }


def test_a_round_that_runs_again_tells_nothing_again(cast: Cast, case: Case) -> None:
    moment = at(DUE + timedelta(days=20))
    assert rounds.run(moment)
    assert rounds.run(moment) == 0


def test_a_worker_that_was_down_for_weeks_tells_it_all_when_it_is_back(cast: Cast, case: Case) -> None:
    late = DUE + timedelta(days=40)
    rounds.run(at(late))
    assert days(cast.officer, Kind.OVERDUE) == days(cast.supervisor, Kind.ESCALATED) == [late]
    assert days(cast.lead, Kind.ESCALATED) == [late]


def test_nothing_is_told_while_the_clock_stands_still_but_of_what_runs_on(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(waiting_since=MONDAY)
    step(MONDAY, DUE + timedelta(days=5))
    assert told_to(cast.officer, *LIMITS) == []
    case.deadlines.filter(limit_id="gateway-assessment").update(limit_id="information-received")
    rounds.run(at(DUE + timedelta(days=6)))
    assert days(cast.officer, Kind.OVERDUE) == [DUE + timedelta(days=6)]


def test_what_is_put_off_is_told_anew_and_its_old_notices_go(cast: Cast, case: Case) -> None:
    step(DUE, DUE + timedelta(days=1))
    later = DUE + timedelta(days=14)
    case.deadlines.running().update(due=later)
    step(later, later + timedelta(days=1))
    assert days(cast.officer, Kind.OVERDUE) == [DUE + timedelta(days=1), later + timedelta(days=1)]


def test_what_was_settled_and_runs_again_with_the_same_day_is_told_again(cast: Cast, case: Case) -> None:
    late = DUE + timedelta(days=20)
    step(DUE, late)
    told = {(n.person_id, n.kind) for n in Notice.objects.unseen().filter(kind__in=LIMITS)}
    assert {kind for _, kind in told} == {Kind.OVERDUE, Kind.ESCALATED}
    Notice.objects.update(seen_at=at(late))
    running = case.deadlines.running()
    ended = list(running.values_list("pk", flat=True))
    running.update(ended=late)
    Notice.objects.filter(case=case, kind__in=LIMITS).update(over_at=at(late))
    case.deadlines.filter(pk__in=ended).update(ended=None)
    rounds.run(at(late + timedelta(days=1)))
    assert {(n.person_id, n.kind) for n in Notice.objects.unseen().filter(kind__in=LIMITS)} == told
    assert rounds.run(at(late + timedelta(days=1))) == 0


def test_what_is_late_is_no_more_due_soon(cast: Cast, case: Case) -> None:
    step(MONDAY, DUE + timedelta(days=1))
    notices = Notice.objects.unseen().filter(person=cast.officer, kind__in=LIMITS)
    assert [notice.kind for notice in notices] == [Kind.OVERDUE]


def test_where_a_force_has_no_supervisor_the_next_level_is_told(cast: Cast, case: Case) -> None:
    Post.objects.filter(person=cast.supervisor).update(until=date(2026, 1, 1))
    step(DUE, DUE + timedelta(days=6))
    assert days(cast.lead, Kind.ESCALATED) == [date(2026, 3, 18)]


def test_where_nobody_leads_a_force_the_nation_is_told(cast: Cast, case: Case) -> None:
    Post.objects.filter(person__in=[cast.supervisor, cast.lead]).update(vetted_until=date(2026, 1, 1))
    step(DUE, DUE + timedelta(days=6))
    assert days(cast.nation, Kind.ESCALATED) == [date(2026, 3, 18)]


def test_a_supervisor_who_owns_the_case_does_not_answer_for_it_alone(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(owner=cast.supervisor)
    step(DUE, DUE + timedelta(days=6))
    assert days(cast.supervisor, Kind.OVERDUE) == [date(2026, 3, 14)]
    assert days(cast.supervisor, Kind.ESCALATED) == []
    assert days(cast.lead, Kind.ESCALATED) == [date(2026, 3, 18)]


def test_a_new_supervisor_is_told_what_is_late_already(cast: Cast, case: Case) -> None:
    step(DUE, DUE + timedelta(days=6))
    new = person("Una Webb", Role.PREVENT_SUPERVISOR, cast.force)
    rounds.run(at(DUE + timedelta(days=7)))
    assert days(new, Kind.ESCALATED) == [DUE + timedelta(days=7)]


def test_a_review_is_told_two_weeks_before(cast: Cast, case: Case) -> None:
    case.deadlines.running().update(limit_id="six-month-review", step_id="six-month-review")
    step(MONDAY - timedelta(days=7), DUE)
    assert days(cast.officer, Kind.REVIEW) == [date(2026, 3, 3)]


def test_nobody_is_told_of_a_restricted_case_but_those_who_are_named(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(restricted=True)
    for who in (cast.officer, cast.lead):
        named(case, who, by=cast.supervisor)
    step(DUE - timedelta(days=3), DUE + timedelta(days=30))
    people = set(Notice.objects.filter(kind__in=LIMITS).values_list("person__name", flat=True))
    assert people == {cast.officer.name, cast.lead.name}


def test_where_only_its_owner_is_named_what_is_late_still_goes_to_somebody(cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(restricted=True)
    named(case, cast.fimu, by=cast.supervisor)
    step(DUE, DUE + timedelta(days=6))
    assert days(cast.fimu, Kind.ESCALATED) == [date(2026, 3, 18)]
    assert told_to(cast.supervisor, *LIMITS) == told_to(cast.lead) == []


def named(case: Case, who: Person, *, by: Person) -> None:
    Grant.objects.create(
        record=case.pk, person=who, kind=GrantKind.NAMED, reason="Named", by=by, since=at(MONDAY)
    )


def test_who_is_excluded_is_told_nothing_and_the_next_level_is(cast: Cast, case: Case) -> None:
    Exclusion.objects.create(
        record=case.pk, person=cast.supervisor, reason="A relative", by=cast.lead, since=timezone.now()
    )
    step(DUE, DUE + timedelta(days=6))
    assert told_to(cast.supervisor, *LIMITS) == []
    assert days(cast.lead, Kind.ESCALATED) == [date(2026, 3, 18)]


def test_what_was_told_can_be_asked_by_case_and_day(cast: Cast, case: Case) -> None:
    step(MONDAY, DUE + timedelta(days=5))
    told = [(one.on, one.who, one.kind) for one in rounds.past_notices(case, at(DUE)) if one.kind in LIMITS]
    assert told == [(date(2026, 3, 11), cast.officer.name, Kind.DUE_SOON)]
    assert len(rounds.past_notices(case)) > len(rounds.past_notices(case, at(DUE)))
