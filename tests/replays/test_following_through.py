"""Reviews, plans, handovers, signposting: failures of follow-through."""

from datetime import date, timedelta

from handrail.cases.models import FollowUp
from handrail.organisations.models import Kind, Organisation
from handrail.organisations.roles import Role
from handrail.organisations.tests.cast import organisation, person
from tests.replays import roads
from tests.replays.conftest import Begin


def test_a_review_after_six_months_that_nobody_holds_is_chased(begin: Begin) -> None:
    replay = begin(
        7,
        date(2023, 1, 9),
        "The review after six months was never held",
        "Exited in 2015; the 6-month review was never done, and the 12-month review was added to the record"
        " a year later (Anderson, 2025). Here nobody holds the first, and the second is recorded late.",
    )
    cast = replay.cast
    case = roads.left(replay, date(2023, 1, 9))
    replay.pass_to(date(2023, 7, 24))
    replay.until(date(2023, 8, 25))
    replay.notified(case, cast.officer, "A review is due soon: Review after 6 months", date(2023, 7, 31))
    replay.notified(case, cast.officer, "Late: Review after 6 months", date(2023, 8, 14))
    replay.notified(case, cast.supervisor, "Overdue in your team: Review after 6 months", date(2023, 8, 16))
    replay.notified(case, cast.lead, "Overdue in your team: Review after 6 months", date(2023, 8, 25))
    replay.out_of_line(case, "six-month-review-in-time", since=date(2023, 8, 14))
    held = date(2024, 2, 12)
    entry = replay.take(
        date(2024, 12, 2),
        case,
        "twelve-month-review",
        cast.officer,
        outcome="no-concerns",
        **{f"happened-on-{part}": str(getattr(held, part)) for part in ("day", "month", "year")},
    )
    assert entry.recorded_at - entry.happened_at > timedelta(days=200)
    replay.say(cast.supervisor, f"The timeline marks it: held on {held:%-d %B %Y}, recorded late")
    replay.out_of_line_now(case, "twelve-month-review-recorded", "six-month-review-held")


def test_an_adopted_case_without_a_plan_is_chased(begin: Begin) -> None:
    replay = begin(
        11,
        date(2023, 1, 9),
        "Fifteen months on Channel without a written plan",
        "Nine discussions, no formal plan, five months without a meeting (review of the Parsons Green attack,"
        " 2018). Here a case is adopted and no plan is written; when one is, no panel looks at it again.",
    )
    cast = replay.cast
    case = roads.adopted(replay, date(2023, 1, 9))
    replay.until(date(2023, 2, 13))
    replay.notified(case, cast.practitioner, "Late: Support plan", date(2023, 1, 31))
    replay.notified(case, cast.supervisor, "Overdue in your team: Support plan", date(2023, 2, 2))
    replay.notified(case, cast.lead, "Overdue in your team: Support plan", date(2023, 2, 13))
    replay.out_of_line(case, "plan-for-adopted", since=date(2023, 1, 31))
    replay.take(date(2023, 3, 1), case, "support-plan", cast.practitioner)
    replay.until(date(2023, 4, 5))
    replay.notified(case, cast.practitioner, "Late: Review of the support plan", date(2023, 4, 2))
    replay.notified(
        case,
        cast.supervisor,
        "Overdue in your team: Review of the support plan",
        date(2023, 4, 5),
    )
    replay.out_of_line(case, "plan-reviewed-in-time", since=date(2023, 4, 2))


def test_a_move_into_prison_closes_nothing(begin: Begin) -> None:
    replay = begin(
        12,
        date(2023, 1, 9),
        "Each agency closed the case when he moved between prison and community",
        "Intelligence was not put together, and moving ended responsibility (Forbury Gardens inquest, 2024)."
        " Here somebody goes into custody, and the prison does not say that it knows.",
    )
    cast = replay.cast
    case = roads.to_gateway(replay, date(2023, 1, 9))
    roads.decided(replay, date(2023, 1, 9), case, "police-led")
    entry = replay.take(date(2023, 1, 16), case, "custody", cast.officer)
    assert (case.stage_id, case.owner) == ("police-led", cast.officer)
    replay.say(cast.officer, "The case stays where it stands, and theirs")
    due = FollowUp.objects.get(case=case, number=entry.number).due
    assert due == date(2023, 1, 23)
    replay.until(date(2023, 2, 10))
    replay.notified(case, cast.officer, "Late: Move into or out of custody", date(2023, 1, 24))
    replay.notified(
        case,
        cast.supervisor,
        "Overdue in your team: Move into or out of custody",
        date(2023, 1, 26),
    )
    replay.out_of_line(case, "custody-known", since=date(2023, 1, 24))


def test_a_case_that_another_force_does_not_take_over_stays_owned(begin: Begin) -> None:
    replay = begin(
        13,
        date(2023, 1, 9),
        "An inappropriate merry-go-round: nobody took ownership",
        "Agencies passed the person on, and each thought that another had him (Southport Inquiry, 2026). Here"
        " a case is offered to another force, which does not answer, and then to a colleague, who refuses.",
    )
    cast = replay.cast
    other = Organisation.objects.get(name="Wessex Police")
    theirs = person(
        "Tess Down", Role.PREVENT_SUPERVISOR, organisation(Kind.PREVENT_TEAM, "Wessex team", other)
    )
    case = roads.to_gateway(replay, date(2023, 1, 9))
    replay.take(date(2023, 1, 9), case, "transfer", cast.supervisor, to=str(other.pk))
    replay.until(date(2023, 1, 20))
    assert (case.force, case.owner) == (cast.force, cast.officer)
    replay.notified(
        case, theirs, "Asked of you, or handed to you: Transfer to another force", date(2023, 1, 10)
    )
    replay.notified(case, theirs, "Late: Transfer to another force", date(2023, 1, 17))
    replay.notified(case, cast.officer, "Late: Transfer to another force", date(2023, 1, 17))
    replay.out_of_line(case, "transfers-answered", since=date(2023, 1, 17))
    offer = FollowUp.objects.get(case=case)
    replay.answer(date(2023, 1, 20), case, "transfer-withdraw", cast.supervisor, offer.number)
    handover = replay.take(date(2023, 1, 20), case, "handover", cast.officer, to=str(cast.practitioner.pk))
    replay.answer(date(2023, 1, 23), case, "handover-refuse", cast.practitioner, handover.number)
    assert case.owner == cast.officer
    replay.say(cast.officer, "Refused; the case is still theirs")


def test_a_signposting_that_nobody_confirms_shows(begin: Begin) -> None:
    replay = begin(
        16,
        date(2023, 1, 9),
        "Signposted, and never heard of again",
        "Half of all referrals are signposted, and nobody tracked whether anybody arrived. Here a service is"
        " named and never says what came of it.",
    )
    cast = replay.cast
    case = roads.to_gateway(replay, date(2023, 1, 9))
    replay.take(date(2023, 1, 10), case, "signposting", cast.officer)
    replay.until(date(2023, 2, 10))
    replay.notified(case, cast.officer, "Late: Signposting", date(2023, 2, 8))
    replay.notified(case, cast.supervisor, "Overdue in your team: Signposting", date(2023, 2, 10))
    replay.out_of_line(case, "signposting-confirmed", since=date(2023, 2, 8))
