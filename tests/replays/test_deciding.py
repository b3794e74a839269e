"""Decisions made on too little: repeat referrals, early exits, assessments after the fact."""

from datetime import date, timedelta

from django.test import Client
from django.urls import reverse

from handrail.cases.models import Case
from handrail.organisations.models import Person
from handrail.policy.schema.pack import Pack
from tests.replays import roads
from tests.replays.conftest import Begin
from tests.replays.replay import Replay

WHO = {"given-name": "Zerlinda", "family-name": "Quillfeather"}


def page(case: Case, step: str, reader: Person) -> str:
    """Return what a reader sees before a step is begun."""
    client = Client()
    client.force_login(reader)
    shown: str = client.get(reverse("cases:begin", args=[case.pk, step])).text
    return shown


def found(pack: Pack, *present: str) -> dict[str, str]:
    """Answers of an assessment that finds these factors and no other."""
    assert pack.factors
    form = pack.form_by_id[pack.factors.assessed]
    return {
        f"{name}.{code}.finding": "present" if code in present else "not-present"
        for name in pack.factors.questions
        for code in pack.codes_by_id[form.questions[name].codes or ""].labels
    }


def away(replay: Replay, on: date, case: Case) -> None:
    """Found not for Prevent at the gateway, and closed."""
    replay.take(on, case, "gateway-assessment", replay.cast.officer, outcome="exit")
    roads.leave(replay, on, case, "no-further-action")


def test_a_third_referral_is_read_with_the_first_two(begin: Begin) -> None:
    replay = begin(
        2,
        date(2022, 12, 5),
        "Three referrals, each judged by itself",
        "Referred in December 2019, February and April 2021, each closed within weeks; what they meant"
        " together was not considered (Southport, 2025). Here the same person is referred three times.",
    )
    cast = replay.cast
    first = roads.to_gateway(replay, date(2022, 12, 5), **WHO)
    away(replay, replay.today, first)
    second = roads.to_gateway(replay, date(2023, 2, 6), **WHO)
    roads.same(replay, second, first)
    away(replay, replay.today, second)
    case = roads.to_gateway(replay, date(2023, 4, 17), **WHO)
    shown = page(case, "gateway-assessment", cast.officer)
    assert all(day in shown for day in ("5 Dec 2022", "6 Feb 2023"))
    replay.say(cast.officer, "Before the gateway assessment: the two earlier referrals")
    with replay.refused(cast.officer, "“Whether another record is of the same person” is still open"):
        replay.take(replay.today, case, "gateway-assessment", cast.officer, outcome="exit")
    for other in (first, second):
        roads.same(replay, case, other)
    replay.take(replay.today, case, "gateway-assessment", cast.officer, outcome="exit")
    alone = {"outcome": "no-further-action", "sum-considered": ""}
    with replay.refused(cast.officer, "Enter what the referrals show together and why the case can leave"):
        replay.take(replay.today, case, "exit-checklist", cast.officer, **alone)
    replay.take(replay.today, case, "exit-checklist", cast.officer, outcome="no-further-action")
    assert case.is_open
    with replay.refused(cast.officer, "You cannot take this step"):
        replay.take(replay.today, case, "exit-sign-off", cast.officer, outcome="agreed")


def test_no_clear_ideology_is_no_reason_to_leave(begin: Begin) -> None:
    replay = begin(
        3,
        date(2023, 1, 9),
        "Closed too early, because no ideology was seen",
        "A fixation on violence was not weighed, and behaviour was put down to autism (Southport, 2025). Here"
        " an officer wants to close a case at once.",
    )
    cast = replay.cast
    case = roads.to_gateway(replay, date(2023, 1, 9))
    replay.take(replay.today, case, "gateway-assessment", cast.officer, outcome="exit")
    shown = page(case, "exit-checklist", cast.officer)
    assert "That there is no clear ideology is not a reason to leave" in shown
    replay.say(cast.officer, "Before the checklist: that there is no clear ideology is not a reason to leave")
    point = next(iter(case.pack.codes_by_id["exit-points"].labels))
    with replay.refused(cast.officer, "Enter what shows it"):
        replay.take(
            replay.today,
            case,
            "exit-checklist",
            cast.officer,
            outcome="no-further-action",
            **{f"points.{point}.why": ""},
        )
    replay.take(replay.today, case, "exit-checklist", cast.officer, outcome="no-further-action")
    assert case.is_open
    replay.say(cast.officer, "The case stays open until another person has signed it off")
    replay.until(date(2023, 1, 20))
    replay.notified(case, cast.supervisor, "Late: Sign-off of the exit", date(2023, 1, 12))


def test_what_was_not_asked_shows_before_the_exit(begin: Begin) -> None:
    replay = begin(
        4,
        date(2023, 1, 9),
        "At least fifteen contacts with public services, never put together",
        "A lack of professional curiosity: nobody asked what others knew (Southport, 2025). Here the school"
        " is asked, and never answers.",
    )
    cast = replay.cast
    case = roads.to_gateway(replay, date(2023, 1, 9))
    replay.take(date(2023, 1, 9), case, "enquiry", cast.officer, what="Hill School")
    replay.until(date(2023, 1, 31))
    replay.notified(case, cast.officer, "Late: Enquiry to a partner", date(2023, 1, 24))
    replay.out_of_line(case, "enquiries-answered", since=date(2023, 1, 24))
    replay.take(date(2023, 1, 31), case, "gateway-assessment", cast.officer, outcome="exit")
    shown = page(case, "exit-checklist", cast.officer)
    assert "Hill School" in shown
    replay.say(cast.officer, "Before the checklist: Hill School, which was asked")


def test_a_factor_that_no_plan_takes_up_needs_a_reason(begin: Begin) -> None:
    replay = begin(
        6,
        date(2023, 1, 9),
        "Left too quickly, with vulnerabilities that support had not tackled",
        "Adopted in November 2014, exited in April 2015 (learning review of 2025). Here grievance and access"
        " were found, and the plan does something about grievance alone.",
    )
    cast = replay.cast
    case = roads.to_gateway(replay, date(2023, 1, 9))
    roads.decided(replay, date(2023, 1, 9), case, "police-led")
    replay.take(
        replay.today,
        case,
        "vulnerability-assessment",
        cast.officer,
        **found(case.pack, "grievance", "access"),
    )
    replay.take(replay.today, case, "police-led-plan", cast.officer, **{"factor-lines.access.done": "no"})
    end = date(2023, 2, 6)
    replay.take(end, case, "police-led-close", cast.officer, outcome="no-further-concerns")
    name = "factor-reasons.access.because"
    with replay.refused(cast.officer, "Select why the case can leave with it"):
        replay.take(end, case, "exit-checklist", cast.officer, outcome="supported", **{name: ""})
    replay.take(end, case, "exit-checklist", cast.officer, outcome="supported", **{name: "declined"})
    replay.take(end, case, "exit-sign-off", cast.supervisor, outcome="agreed")


def test_a_decision_without_reasons_is_refused_and_somebody_answers_for_the_case(begin: Begin) -> None:
    replay = begin(
        8,
        date(2023, 1, 9),
        "Poor records, no rationale, blurred responsibility, a school left out",
        "Decisions had no explicit reasons, police and council each thought that the other led, and the"
        " school that referred heard nothing (learning review of 2025).",
    )
    cast = replay.cast
    case = replay.refer(date(2023, 1, 9))
    assert case.owner == cast.supervisor
    replay.say(cast.supervisor, "Accountable from the first minute, until the case is allocated")
    replay.until(date(2023, 1, 13))
    replay.notified(case, cast.supervisor, "Late: Allocation", date(2023, 1, 11))
    replay.take(replay.today, case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    replay.take(replay.today, case, "information-assessment", cast.fimu, outcome="relevant-information")
    with replay.refused(cast.officer, "Give the reasons for the decision"):
        replay.take(replay.today, case, "gateway-assessment", cast.officer, outcome="police-led", reason="")
    replay.take(replay.today, case, "gateway-assessment", cast.officer, outcome="police-led")
    replay.take(replay.today, case, "gateway-sign-off", cast.supervisor, outcome="agreed")
    replay.until(date(2023, 2, 10))
    replay.notified(case, cast.officer, "Late: Feedback after the gateway", date(2023, 1, 28))
    replay.out_of_line(case, "feedback-after-gateway-in-time", since=date(2023, 1, 28))


def test_an_assessment_after_its_decision_is_marked(begin: Begin) -> None:
    replay = begin(
        9,
        date(2023, 1, 9),
        "The assessment was written down after the decision",
        "The framework was “a retrospective recording process” (learning review of 2025). Here the panel"
        " decides, and the assessment follows a week later.",
    )
    cast = replay.cast
    case = roads.to_gateway(replay, date(2023, 1, 9))
    roads.decided(replay, date(2023, 1, 9), case, "channel")
    panel = date(2023, 1, 16)
    replay.take(panel, case, "channel-decision", cast.practitioner, outcome="adopted")
    replay.out_of_line_now(case, "assessed-before-panel")
    replay.take(panel + timedelta(days=7), case, "vulnerability-assessment", cast.practitioner)
    client = Client()
    client.force_login(cast.practitioner)
    shown = client.get(reverse("cases:case", args=[case.pk])).text
    assert "After the decision" in shown
    replay.say(cast.practitioner, "The timeline marks it: after the decision that it should have informed")
    replay.out_of_line_now(case, "assessed-before-panel")


def test_every_system_is_searched_or_the_reason_is_on_record(begin: Begin) -> None:
    replay = begin(
        10,
        date(2023, 1, 9),
        "What an information assessment looked at varied",
        "Minimum standards were asked for (learning review of 2025). Here a FIMU officer leaves one"
        " system out.",
    )
    cast = replay.cast
    case = replay.refer(date(2023, 1, 9))
    form = case.pack.form_of(case.pack.step_by_id["information-assessment"])
    assert form
    systems = form.questions["systems"]
    system = case.pack.codes_by_id[systems.codes or ""].codes[1]
    asked = systems.ask[0]
    with replay.refused(cast.fimu, f"{system.label}: {asked.missing}"):
        replay.take(
            replay.today,
            case,
            "information-assessment",
            cast.fimu,
            **{f"{systems.id}.{system.id}.{asked.id}": ""},
        )
    replay.until(date(2023, 1, 20))
    replay.notified(case, cast.fimu, "Late: Information assessment", date(2023, 1, 12))


def test_the_intelligence_unit_has_the_case_itself(begin: Begin) -> None:
    replay = begin(
        14,
        date(2023, 1, 9),
        "Two systems, double keying, and an intelligence unit without access",
        "Some units could not open the record at all (inspection of 2020, recommendation 3).",
    )
    cast = replay.cast
    case = replay.refer(date(2023, 1, 9))
    client = Client()
    client.force_login(cast.fimu)
    assert "Record the information assessment" in client.get(reverse("cases:case", args=[case.pk])).text
    replay.say(cast.fimu, "The whole case, and what they do next, on the day of the referral")
