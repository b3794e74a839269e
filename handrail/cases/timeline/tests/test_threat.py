"""A stated threat: the page on 999, the flag until a response is recorded, and the lists that show it."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.access import context
from handrail.access.errors import NotAllowed
from handrail.cases.disclosure.paper.cover import notes_on
from handrail.cases.engine.rebuild import differences
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.pages.home import home_of
from handrail.cases.pages.home_team import NOBODY
from handrail.cases.pages.own_tasks import TaskList
from handrail.cases.person import merging
from handrail.cases.person.matches.background import look_beyond
from handrail.cases.tests.cast import Cast, make_cast, refer, stand, take, what_becomes
from handrail.ledger.models import Entry
from handrail.organisations.models import Duty, Person
from handrail.organisations.roles import Role
from handrail.policy.tests.small_pack import altered
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack

SAID = "He will stab somebody tomorrow."
TAG = "Threat or harm stated"
THREAT = {"harm": "yes", "harm-described": SAID}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: Person, name: str, *parts: object) -> str:
    return client_of(person).get(reverse(name, args=parts)).content.decode()


# The public form


@pytest.fixture
def outside(db: None) -> Client:
    make_cast()
    client = Client()
    client.post(reverse("cases:refer"))
    return client


HARM = "cases:refer-section"


@pytest.mark.parametrize("answer", ["yes", "hurt"])
@pytest.mark.parametrize(
    "more", [{}, {"later": "yes"}, {"harm-described": SAID}], ids=["not described", "left for later", "whole"]
)
@pytest.mark.parametrize("query", ["", "?check"])
def test_a_stated_threat_leads_at_once_to_999_and_what_was_typed_is_kept(
    outside: Client, answer: str, more: dict[str, str], query: str
) -> None:
    draft = Draft.objects.get()
    asked = reverse(HARM, args=[draft.pk, "harm"])
    response = outside.post(asked + query, {"harm": answer} | more)
    assert response.status_code == 302
    assert response["Location"] == reverse(HARM, args=[draft.pk, "threat-now"]) + query
    assert Draft.objects.get().typed["harm"] == [answer]
    text = outside.get(response["Location"]).content.decode()
    for words in ("Call 999 if someone could be in danger soon", "18000", "Text 999", "55"):
        assert words in text
    assert "Have the police been told about this?" in text


@pytest.mark.parametrize("answer", ["admires", "no", "not-known"])
def test_no_other_answer_and_no_free_text_leads_there(outside: Client, answer: str) -> None:
    draft = Draft.objects.get()
    asked = reverse(HARM, args=[draft.pk, "harm"])
    response = outside.post(asked, {"harm": answer, "harm-described": SAID})
    assert "threat-now" not in response["Location"]
    assert outside.get(reverse(HARM, args=[draft.pk, "threat-now"])).status_code == 302


# The flag


@pytest.mark.parametrize(
    ("answer", "flag"), [("yes", TAG), ("hurt", TAG), ("admires", ""), ("no", ""), ("not-known", "")]
)
def test_the_flag_follows_from_the_answer_and_from_nothing_else(cast: Cast, answer: str, flag: str) -> None:
    case = refer(cast, "referral", **{"harm": answer, "harm-described": SAID, "concern-described": SAID})
    assert case.threat == flag
    running = case.deadlines.running().values_list("limit_id", flat=True)
    assert ("threat" in running) == bool(flag)


def test_an_internal_form_raises_it_and_so_does_a_step_at_any_stage(cast: Cast) -> None:
    case = refer(cast)
    assert case.threat == ""
    said = {"threat-stated": "yes", "threat-described": SAID}
    take(case, "further-information", cast.officer, **said)
    assert case.threat == TAG
    stages = {stage.id for stage in current_pack().stages} - {"joined"}
    assert set(current_pack().step_by_id["threat-stated"].stages) == stages


def test_it_stands_until_somebody_who_answers_for_others_lowers_it_with_a_reason(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    take(case, "threat-acted", cast.supervisor)
    assert case.threat == TAG, "That something was done lowers nothing."
    assert "threat" not in case.deadlines.running().values_list("limit_id", flat=True)
    with pytest.raises(NotAllowed):
        take(case, "threat-lowered", cast.officer)
    entry = take(case, "threat-lowered", cast.supervisor, outcome="no-threat", reason="It was a song.")
    assert case.threat == ""
    assert Entry.objects.get(pk=entry.pk).content.content["reason"] == "It was a song."
    with pytest.raises(NotNow, match="No stated threat stands"):
        take(case, "threat-lowered", cast.supervisor)
    assert differences([case]) == []


def test_lowered_before_anybody_acted_its_limit_lapses(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    take(case, "threat-lowered", cast.supervisor)
    assert case.deadlines.get(limit_id="threat").lapsed


def test_the_case_is_flagged_where_its_entries_say_so(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    assert case.threat_due_at
    assert differences([case]) == []


@pytest.mark.parametrize(
    ("stage", "step", "outcome"),
    [
        ("exit", "exit-checklist", "no-further-action"),
        ("reviews", "twelve-month-review", "no-concerns"),
    ],
)
def test_no_case_ends_while_a_stated_threat_stands(cast: Cast, stage: str, step: str, outcome: str) -> None:
    case = refer(cast, "referral", **THREAT)
    stand(case, stage, cast)
    with pytest.raises(NotNow, match="There is a flag for a stated threat on this case"):
        take(case, step, cast.practitioner, outcome=outcome)
    take(case, "threat-lowered", cast.supervisor)
    take(case, step, cast.practitioner, outcome=outcome)


def test_a_threat_that_is_stated_before_the_sign_off_stops_that(cast: Cast) -> None:
    case = refer(cast)
    stand(case, "exit", cast)
    take(case, "exit-checklist", cast.practitioner, outcome="no-further-action")
    take(case, "threat-stated", cast.second_officer)
    with pytest.raises(NotNow, match="There is a flag for a stated threat on this case"):
        take(case, "exit-sign-off", cast.supervisor, outcome="agreed")
    take(case, "exit-sign-off", cast.supervisor, outcome="sent-back")
    case.refresh_from_db()
    assert case.stage_id == "exit"


# Where it shows


def test_it_shows_on_home_case_and_lists_and_says_what_was_stated_and_whom_to_ring(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    for name in ("web:home", "cases:list", "cases:referrals"):
        assert TAG in page(cast.supervisor, name), name
    text = page(cast.supervisor, "cases:case", case.pk)
    assert TAG in text
    assert SAID in text
    assert "Nobody is on duty" in text
    assert f"ask for the duty officer of {cast.force.name}" in text
    now = timezone.now()
    Duty.objects.create(
        force=cast.force,
        person=cast.mash,
        telephone="01632 960 001",
        since=now,
        until=now + timedelta(hours=8),
    )
    for name, parts in (("web:home", ()), ("cases:case", (case.pk,))):
        shown = page(cast.supervisor, name, *parts)
        assert cast.mash.name in shown
        assert "01632 960 001" in shown
    found = client_of(cast.supervisor).post(reverse("cases:find"), {"words": case.reference})
    assert TAG in found.content.decode()
    take(case, "threat-lowered", cast.supervisor)
    for name in ("web:home", "cases:list", "cases:referrals"):
        assert TAG not in page(cast.supervisor, name), name


def test_what_is_due_within_hours_is_said_by_the_clock_and_late_by_the_clock(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    assert case.threat_due_at
    due = timezone.localtime(case.threat_due_at)
    pages = (("web:home", ()), ("cases:case", (case.pk,)))
    for name, parts in pages:
        assert f"By {due:%H:%M}" in page(cast.supervisor, name, *parts), name
    assert not case.threat_is_late(case.threat_due_at)
    Case.objects.filter(pk=case.pk).update(threat_due_at=due - timedelta(hours=2))
    for name, parts in pages:
        shown = page(cast.supervisor, name, *parts)
        assert f"Late since {due - timedelta(hours=2):%H:%M}" in shown, name
        assert f"By {due:%H:%M}" not in shown, name


def test_lists_say_by_the_clock_when_a_threat_is_due_and_what_is_overdue_besides(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    assert case.threat_due_at
    due = timezone.localtime(case.threat_due_at)

    def lists() -> list[str]:
        found = client_of(cast.supervisor).post(reverse("cases:find"), {"words": case.reference}).text
        return [page(cast.supervisor, "cases:list"), found]

    for shown in lists():
        assert f"By {due:%H:%M}" in shown
        assert "days overdue" not in shown
    Case.objects.filter(pk=case.pk).update(
        threat_due_at=due - timedelta(hours=2), next_due=due.date() - timedelta(days=9)
    )
    for shown in lists():
        assert f"Late since {due - timedelta(hours=2):%H:%M}" in shown
        assert "days overdue" in shown, "What is overdue for days is not hidden by the hour."


def test_what_is_past_its_hour_is_late_in_the_list_on_home_and_with_others(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    now = timezone.now()
    far = timezone.localdate(now) + timedelta(days=9)
    case.deadlines.exclude(limit_id="threat").update(due=far)

    def late() -> tuple[bool, int, set[str]]:
        shown = client_of(cast.supervisor).get(reverse("cases:list"), {"state": "late"}).text
        home, team = home_of(cast.supervisor), TaskList(cast.lead, of=NOBODY).groups
        return case.reference in shown, home.late, {task.limit_id for group in team for task in group.tasks}

    today = timezone.localdate(now)
    case.deadlines.filter(limit_id="threat").update(due=today)
    for moment, expected in (
        (now + timedelta(minutes=30), (False, 0, set())),
        (now - timedelta(minutes=1), (True, 1, {"threat"})),
    ):
        Case.objects.filter(pk=case.pk).update(threat_due_at=moment, next_due=today)
        assert late() == expected, moment


def test_only_the_limit_of_the_threat_is_by_the_clock(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    limit = case.pack.threat_limit
    assert limit
    second = altered(
        case.pack,
        limits=(*case.pack.limits, case.pack.limits[0].model_copy(update={"id": "b", "step": limit.step})),
    )
    with patch("handrail.cases.models.case.pack", return_value=second):
        assert case.is_by_the_clock(limit.id)
        assert not case.is_by_the_clock("b"), "It is kept by the same step, and is due by the day."
        case.deadlines.create(
            force=cast.force,
            limit_id="b",
            step_id=limit.step,
            role=Role.PREVENT_SUPERVISOR,
            began=timezone.localdate(),
            due=timezone.localdate(),
        )
        [threat, other] = [n for n in home_of(cast.supervisor).needs if n.step_id == limit.step]
        assert (threat.limit_id, threat.is_by_the_clock) == (limit.id, True)
        assert (other.limit_id, other.is_by_the_clock) == ("b", False)


def test_of_a_restricted_case_it_shows_to_nobody_who_is_not_named(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    assert TAG in page(cast.supervisor, "web:home")
    Case.objects.filter(pk=case.pk).update(restricted=True)
    for name in ("web:home", "cases:list", "cases:referrals"):
        assert TAG not in page(cast.supervisor, name), name


def test_another_force_sees_nothing_of_it(cast: Cast) -> None:
    refer(cast, "referral", **THREAT)
    assert TAG in page(cast.supervisor, "cases:list")
    assert TAG not in page(cast.stranger, "web:home")
    assert TAG not in page(cast.stranger, "cases:list")


def test_a_case_page_and_home_with_a_threat_keep_to_fifteen_statements(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    case = refer(cast, "referral", **THREAT)
    for address in (reverse("web:home"), reverse("cases:case", args=[case.pk])):
        client = client_of(cast.supervisor)
        client.get(address)
        with django_assert_max_num_queries(18 + 6):  # type: ignore[operator] # transactions are counted here
            client.get(address)


def test_a_threat_goes_with_a_case_that_is_joined_and_its_limit_runs_there(cast: Cast) -> None:
    who = {"given-name": "Zerlinda", "family-name": "Quillfeather"}
    into = refer(cast, **who)
    case = refer(cast, "referral", **THREAT | who)
    Case.objects.filter(pk__in=[case.pk, into.pk]).update(owner=cast.officer, allocated=True)
    case.refresh_from_db()
    look_beyond()
    assert case.threat_due_at
    due = timezone.localtime(case.threat_due_at)
    shown = page(cast.supervisor, "cases:join", case.pk)
    assert f"at {due:%H:%M}</li>" in shown, "What stops here says its hour."
    became = what_becomes(case, cast.supervisor)
    case.refresh_from_db()
    with context.asking(cast.supervisor):
        merging.merge(
            case.pk,
            into.pk,
            by=cast.supervisor,
            reason="The same person.",
            seen_version=case.version,
            became=became,
        )
    into.refresh_from_db()
    assert into.threat == TAG
    assert "threat" in into.deadlines.running().values_list("limit_id", flat=True)
    assert page(cast.supervisor, "web:home").count(f">{TAG}</h2>") == 1


def test_it_stands_on_what_is_printed(cast: Cast) -> None:
    case = refer(cast, "referral", **THREAT)
    assert any(TAG in note for note in notes_on(case, []))
    take(case, "threat-lowered", cast.supervisor)
    assert not any(TAG in note for note in notes_on(case, []))


def test_who_keeps_the_duty_list_finds_it_from_home(cast: Cast) -> None:
    assert reverse("access:duty") in page(cast.supervisor, "web:home")
    assert reverse("access:duty") not in page(cast.officer, "web:home")
