"""Follow-ups on a case, from asking to their end: what is recorded, and which users see it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.cases.case_access.open_steps import OpenSteps
from handrail.cases.engine.rebuild import differences
from handrail.cases.engine.record import Record
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models import Case, FollowUp
from handrail.cases.models.compiled import Asker
from handrail.cases.pages.home_queries import asked_by_owner
from handrail.cases.steps import actions
from handrail.cases.tests.cast import Cast, answer, refer, take
from handrail.cases.timeline import checks, follow_ups_shown
from handrail.cases.timeline.entries import entries_of
from handrail.ledger.models import Entry
from handrail.organisations.models import Kind, Organisation, Person
from handrail.organisations.roles import Role
from handrail.organisations.tests.cast import organisation, person
from handrail.policy import follow_ups
from handrail.policy.event import Event
from handrail.records.drafts import Draft


@pytest.fixture
def case(cast: Cast) -> Case:
    case = refer(cast)
    take(case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    return case


@pytest.fixture
def their_supervisor(cast: Cast) -> Person:
    """The user in the other force who takes cases over."""
    other = Organisation.objects.get(name="Wessex Police")
    return person("Tess Down", Role.PREVENT_SUPERVISOR, organisation(Kind.PREVENT_TEAM, "Wessex team", other))


def set_action(case: Case, cast: Cast, who: Person) -> FollowUp:
    entry = take(case, "action", cast.officer, owner=str(who.pk), what="Call the school")
    return FollowUp.objects.get(case=case, number=entry.number)


def works_on(case: Case, who: Person) -> bool:
    with context.asking(who):
        return Case.objects.filter(pk=case.pk).changed_by(who).exists()


def test_an_action_is_taken_on_and_has_an_outcome(case: Case, cast: Cast) -> None:
    action = set_action(case, cast, cast.mash)
    answer(case, "action-accept", cast.mash, action.number)
    answer(case, "action-done", cast.mash, action.number)
    action.refresh_from_db()
    assert (action.accepted_on, action.ended_on, action.ended_by) == (
        timezone.localdate(),
        timezone.localdate(),
        "action-done",
    )


def test_whoever_is_asked_sees_the_case_until_it_is_settled(case: Case, cast: Cast) -> None:
    assert not works_on(case, cast.second_officer)
    action = set_action(case, cast, cast.second_officer)
    assert works_on(case, cast.second_officer)
    answer(case, "action-accept", cast.second_officer, action.number)
    assert works_on(case, cast.second_officer)
    answer(case, "action-done", cast.second_officer, action.number)
    assert not works_on(case, cast.second_officer)
    assert not Grant.objects.live().filter(kind=GrantKind.ASKED).exists()


def test_of_two_actions_the_second_keeps_the_case_open_to_them(case: Case, cast: Cast) -> None:
    first, second = (set_action(case, cast, cast.second_officer) for _ in range(2))
    answer(case, "action-done", cast.second_officer, first.number)
    assert works_on(case, cast.second_officer)
    answer(case, "action-withdraw", cast.officer, second.number)
    assert not works_on(case, cast.second_officer)


def test_a_refused_action_shows_to_the_owner_until_it_is_passed_on(case: Case, cast: Cast) -> None:
    action = set_action(case, cast, cast.mash)
    answer(case, "action-refuse", cast.mash, action.number)
    with context.asking(cast.officer):
        (shown,) = follow_ups_shown.present_all(asked_by_owner(Asker.of(cast.officer)), timezone.localdate())
    assert (shown.state, shown.what) == ("Refused: pass it on or withdraw it", "Call the school")
    answer(case, "action-pass-on", cast.officer, action.number, owner=str(cast.fimu.pk))
    with context.asking(cast.officer):
        [passed_on] = follow_ups_shown.present_all(
            asked_by_owner(Asker.of(cast.officer)), timezone.localdate()
        )
    assert passed_on.state != shown.state
    with context.asking(cast.fimu):
        assert [
            one.what
            for one in follow_ups_shown.present_all(
                follow_ups_shown.asked_of(cast.fimu), timezone.localdate()
            )
        ] == ["Call the school"]


def test_an_action_cannot_be_set_for_somebody_who_is_not_offered(case: Case, cast: Cast) -> None:
    with pytest.raises(InvalidAnswers) as refused:
        take(case, "action", cast.officer, owner=str(cast.stranger.pk))
    assert "owner" in refused.value.errors


def test_an_action_is_due_today_at_the_earliest(case: Case, cast: Cast) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    day = {f"due-{part}": str(getattr(yesterday, part)) for part in ("day", "month", "year")}
    with pytest.raises(InvalidAnswers) as refused:
        take(case, "action", cast.officer, owner=str(cast.mash.pk), **day)
    assert refused.value.errors == {"due-year": "The date must be today or later"}


def test_an_action_that_is_due_on_a_bank_holiday_is_late_the_day_after(case: Case, cast: Cast) -> None:
    christmas = date(timezone.localdate().year + 1, 12, 25)
    day = {"due-day": "25", "due-month": "12", "due-year": str(christmas.year)}
    entry = take(case, "action", cast.officer, owner=str(cast.mash.pk), **day)
    answer(case, "action-accept", cast.mash, entry.number)
    late = FollowUp.objects.late
    assert (late(christmas).exists(), late(christmas + timedelta(days=1)).exists()) == (False, True)


def test_the_old_owner_is_responsible_until_the_new_one_takes_over(case: Case, cast: Cast) -> None:
    offer = take(case, "handover", cast.officer, to=str(cast.second_officer.pk))
    assert case.owner == cast.officer
    answer(case, "handover-accept", cast.second_officer, offer.number)
    assert case.owner == cast.second_officer
    assert not works_on(case, cast.officer)


def test_a_refused_handover_changes_nothing_and_another_can_be_offered(case: Case, cast: Cast) -> None:
    offer = take(case, "handover", cast.officer, to=str(cast.second_officer.pk))
    with pytest.raises(NotNow, match="asked for already"):
        take(case, "handover", cast.supervisor, to=str(cast.practitioner.pk))
    answer(case, "handover-refuse", cast.second_officer, offer.number)
    assert case.owner == cast.officer
    assert not works_on(case, cast.second_officer)
    take(case, "handover", cast.officer, to=str(cast.practitioner.pk))


def test_nobody_takes_over_what_was_offered_to_another(case: Case, cast: Cast) -> None:
    offer = take(case, "handover", cast.officer, to=str(cast.second_officer.pk))
    with pytest.raises(NotAllowed, match="Somebody else was asked"):
        answer(case, "handover-accept", cast.supervisor, offer.number)


def test_what_was_offered_to_one_who_left_stays_with_the_owner_and_can_be_withdrawn(
    case: Case, cast: Cast
) -> None:
    offer = take(case, "handover", cast.officer, to=str(cast.second_officer.pk))
    cast.second_officer.posts.update(until=date(2020, 1, 2))
    with pytest.raises(NotAllowed):
        answer(case, "handover-accept", cast.second_officer, offer.number)
    assert case.owner == cast.officer
    late = FollowUp.objects.late(timezone.localdate() + timedelta(days=14))
    assert [row.number for row in late] == [offer.number]
    answer(case, "handover-withdraw", cast.officer, offer.number)
    assert not FollowUp.objects.open().exists()


def test_a_transfer_closes_nothing_and_moves_the_case_when_it_is_taken_over(
    case: Case, cast: Cast, their_supervisor: Person
) -> None:
    other = Organisation.objects.get(name="Wessex Police")
    offer = take(case, "transfer", cast.supervisor, to=str(other.pk))
    stage, due = case.stage_id, case.next_due
    assert (case.force, works_on(case, their_supervisor)) == (cast.force, True)
    with context.asking(their_supervisor):
        actions.take_step(
            case.pk,
            "transfer-accept",
            {"owner": [str(cast.stranger.pk)]},
            by=their_supervisor,
            seen_version=case.version,
            about=offer.number,
        )
    case.refresh_from_db()
    assert (case.force, case.owner, case.stage_id, case.next_due) == (other, cast.stranger, stage, due)
    assert set(case.deadlines.running().values_list("force", flat=True)) == {other.pk}
    assert works_on(case, cast.stranger)
    assert not works_on(case, cast.supervisor)


def test_a_force_that_refuses_sees_the_case_no_more(case: Case, cast: Cast, their_supervisor: Person) -> None:
    other = Organisation.objects.get(name="Wessex Police")
    offer = take(case, "transfer", cast.supervisor, to=str(other.pk))
    answer(case, "transfer-refuse", their_supervisor, offer.number)
    assert (case.force, case.owner) == (cast.force, cast.officer)
    assert not works_on(case, their_supervisor)


def test_going_into_custody_closes_nothing_and_is_chased(case: Case, cast: Cast) -> None:
    before = case.stage_id
    entry = take(case, "custody", cast.officer)
    assert case.stage_id == before
    row = FollowUp.objects.get(number=entry.number)
    assert row.due
    late = {check.id for check in checks.out_of_line(case, today=row.due + timedelta(days=1))}
    assert "custody-known" in late
    answer(case, "custody-confirmed", cast.officer, entry.number)
    assert not {"custody-known"} & {check.id for check in checks.out_of_line(case)}


def test_a_signposting_shows_as_unconfirmed_until_the_service_answers(case: Case, cast: Cast) -> None:
    entry = take(case, "signposting", cast.officer)
    with context.asking(cast.officer):
        record = Record.of(case)
        open_steps = OpenSteps(record, cast.officer, today := timezone.localdate())
        (shown,) = follow_ups_shown.on_case(record, today, answers=open_steps.to_answer)
    assert (shown.state, [step.id for step in shown.answers]) == (
        "Not confirmed yet",
        ["signposting-session", "signposting-outcome"],
    )
    answer(case, "signposting-outcome", cast.officer, entry.number)
    assert not case.follow_ups.open().exists()


def report_on(case: Case, cast: Cast, number: int, **said: str) -> None:
    nothing = {f"next-{part}": "" for part in ("day", "month", "year")}
    answer(case, "signposting-session", cast.officer, number, attended="attended", **{**nothing, **said})


def test_sessions_are_reported_as_often_as_there_are_any_and_end_nothing(case: Case, cast: Cast) -> None:
    entry = take(case, "signposting", cast.officer)
    for words in ("The first session", "The second session"):
        report_on(case, cast, entry.number, report=words)
    with context.asking(cast.officer):
        open_steps = OpenSteps(Record.of(case), cast.officer, today := timezone.localdate())
        (shown,) = follow_ups_shown.on_case(
            open_steps.record, today, answers=open_steps.to_answer, entries=entries_of(case)
        )
    assert [report.words for report in shown.reports] == ["The second session", "The first session"]
    assert shown.state == f"Last report {today:%-d %B %Y}"
    assert [step.id for step in shown.answers] == ["signposting-session", "signposting-outcome"]
    assert shown.due
    assert shown.due > today
    answer(case, "signposting-outcome", cast.officer, entry.number)
    assert not case.follow_ups.open().exists()
    case.refresh_from_db()
    assert differences([case]) == []


def test_a_session_names_colleagues_as_they_were_called_then(case: Case, cast: Cast, client: Client) -> None:
    entry = take(case, "signposting", cast.officer)
    report_on(case, cast, entry.number, colleagues=str(cast.officer.pk))
    was, number = cast.officer.name, entry.number + 1
    Person.objects.filter(pk=cast.officer.pk).update(name="Somebody Renamed")
    client.force_login(cast.officer)
    page = client.get(reverse("cases:entry", args=[case.pk, number])).text
    assert page.count(was) > 0
    with pytest.raises(InvalidAnswers) as refused:
        report_on(case, cast, entry.number, colleagues=str(cast.stranger.pk))
    assert refused.value.errors == {"colleagues": "Select only answers that are shown"}


def test_the_form_of_a_report_says_when_the_next_is_due(case: Case, cast: Cast) -> None:
    entry, following = take(case, "signposting", cast.officer), timezone.localdate() + timedelta(days=3)
    day = {f"next-{part}": str(getattr(following, part)) for part in ("day", "month", "year")}
    report_on(case, cast, entry.number, **day)
    assert FollowUp.objects.get(number=entry.number).due == following
    case.refresh_from_db()
    assert differences([case]) == []


def test_a_report_that_came_late_is_out_of_line_for_good(case: Case, cast: Cast) -> None:
    entry = take(case, "signposting", cast.officer)
    report_on(case, cast, entry.number)
    assert "signposting-confirmed" not in {check.id for check in checks.out_of_line(case)}
    row = FollowUp.objects.get(number=entry.number)
    assert row.due
    after_it = row.due + timedelta(days=1)
    late = follow_ups.after(
        case.pack, [row.asked], Event("signposting-session", None, "", after_it, 99, entry.number)
    )
    row.become(late[0][0], ()).save()
    assert not FollowUp.objects.late().exists()
    assert "signposting-confirmed" in {check.id for check in checks.out_of_line(case)}


def test_the_page_shows_the_last_reports_and_counts_those_before(
    case: Case, cast: Cast, client: Client
) -> None:
    entry = take(case, "signposting", cast.officer)
    for number in range(5):
        report_on(case, cast, entry.number, report=f"Session the service called {number}")
    client.force_login(cast.officer)
    page = client.get(reverse("cases:actions", args=[case.pk])).text
    told = [number for number in range(5) if f"Session the service called {number}" in page]
    assert (told, "And 2 earlier, in the timeline" in page) == ([2, 3, 4], True)
    assert reverse("cases:answer", args=[case.pk, entry.number, "signposting-session"]) in page


def test_the_check_says_the_same_as_the_rows(case: Case, cast: Cast) -> None:
    action = set_action(case, cast, cast.mash)
    for due in filter(None, (action.began, action.answer_due, action.due)):
        for day in (due, due + timedelta(days=1)):
            out = "actions-done" in {check.id for check in checks.out_of_line(case, today=day)}
            assert out == FollowUp.objects.late(day).exists()


def test_the_page_offers_the_answer_and_takes_it(case: Case, cast: Cast, client: Client) -> None:
    action = set_action(case, cast, cast.second_officer)
    client.force_login(cast.second_officer)
    assert "Call the school" in client.get(reverse("web:home")).text
    address = reverse("cases:answer", args=[case.pk, action.number, "action-refuse"])
    assert address in client.get(reverse("cases:case", args=[case.pk])).text
    client.post(address)
    draft = Draft.objects.get(person=cast.second_officer)
    assert draft.about == action.number
    client.post(reverse("cases:section", args=[draft.pk, "action-refuse"]), {"why": "On leave"})
    sent = client.post(reverse("cases:answers", args=[draft.pk]), follow=True)
    assert sent.redirect_chain[-1][0] == reverse("web:home")
    action.refresh_from_db()
    assert action.refused_on == timezone.localdate()


def test_a_page_that_answers_nothing_says_so(case: Case, cast: Cast, client: Client) -> None:
    client.force_login(cast.officer)
    for number in (1, 99):
        page = client.get(reverse("cases:answer", args=[case.pk, number, "action-done"]))
        assert page.status_code == 409
        assert "is not open on this case" in page.text


def test_a_case_stands_where_its_entries_put_it_with_all_that_was_asked(case: Case, cast: Cast) -> None:
    action = set_action(case, cast, cast.mash)
    answer(case, "action-accept", cast.mash, action.number)
    take(case, "enquiry", cast.officer)
    offer = take(case, "handover", cast.officer, to=str(cast.second_officer.pk))
    answer(case, "handover-accept", cast.second_officer, offer.number)

    assert case.follow_ups.open()
    case.refresh_from_db()
    assert differences([case]) == []


def asked_grants(case: Case) -> list[Grant]:
    return list(Grant.objects.live().filter(record=case.pk, kind=GrantKind.ASKED).order_by("until"))


def test_access_lasts_beyond_the_day_by_which_something_is_due(case: Case, cast: Cast) -> None:
    due = timezone.localdate() + timedelta(days=400)
    parts = {"due-day": str(due.day), "due-month": str(due.month), "due-year": str(due.year)}
    take(case, "action", cast.officer, owner=str(cast.second_officer.pk), what="Visit", **parts)
    (grant,) = asked_grants(case)
    assert grant.until
    assert timezone.localdate(grant.until) == due + timedelta(days=case.pack.access.invited_days)


def test_access_that_would_end_before_the_new_day_is_given_for_longer(case: Case, cast: Cast) -> None:
    first = set_action(case, cast, cast.second_officer)
    Grant.objects.filter(record=case.pk).update(until=timezone.now() + timedelta(days=20))
    FollowUp.objects.filter(pk=first.pk).update(due=timezone.localdate() + timedelta(days=10))
    set_action(case, cast, cast.mash)
    assert len(asked_grants(case)) == 1, "what is due before is covered"
    FollowUp.objects.filter(pk=first.pk).update(due=timezone.localdate() + timedelta(days=30))
    set_action(case, cast, cast.mash)
    short, longer = asked_grants(case)
    assert short.person == longer.person == cast.second_officer
    assert short.until
    assert longer.until
    assert longer.until - short.until > timedelta(days=30)
    answer(case, "action-done", cast.second_officer, first.number)
    assert asked_grants(case) == [], "both end with what was asked"


def test_when_one_of_two_kinds_is_settled_the_other_keeps_the_case_open_to_them(
    case: Case, cast: Cast
) -> None:
    action = set_action(case, cast, cast.second_officer)
    offer = take(case, "handover", cast.officer, owner=str(cast.second_officer.pk))
    answer(case, "action-done", cast.second_officer, action.number)
    assert works_on(case, cast.second_officer)
    answer(case, "handover-accept", cast.second_officer, offer.number)
    assert works_on(case, cast.second_officer)


def test_of_two_posts_of_one_role_the_one_that_reaches_the_case_gives_the_access(
    case: Case, cast: Cast
) -> None:
    own = cast.officer.posts.get()
    elsewhere = organisation(
        Kind.PREVENT_TEAM, "A team elsewhere", Organisation.objects.get(name="Wessex Police")
    )
    own.pk = None
    own.organisation = elsewhere
    own.save(force_insert=True)
    officer = Person.objects.get(pk=cast.officer.pk)
    assert officer.current_posts[0].organisation == elsewhere
    take(case, "action", officer, owner=str(cast.second_officer.pk), what="Call the school")
    (grant,) = asked_grants(case)
    assert Entry.objects.get(chain=grant.pk).organisation != elsewhere.pk
