"""The routes of cases in the replays, up to the point where the failure begins."""

from datetime import date, timedelta
from typing import Any

from handrail.access import context
from handrail.cases.models import Case
from handrail.cases.person.matches import acts
from handrail.cases.person.matches.tests.two import between
from tests.replays.replay import WORK, Replay, at

SAME = {"outcome": ["same"], "reason": ["Same school and day of birth; her mother confirms it."]}


def to_gateway(replay: Replay, on: date, **given: str) -> Case:
    """Refer, allocate, consider safeguarding and assess information, all on one day."""
    cast, case = replay.cast, replay.refer(on, **given)
    replay.take(on, case, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    replay.take(on, case, "safeguarding", cast.mash)
    replay.take(on, case, "information-assessment", cast.fimu, outcome="relevant-information")
    return case


def decided(replay: Replay, on: date, case: Case, outcome: str) -> None:
    """Decide at the gateway, and have another person sign the decision off."""
    replay.take(on, case, "gateway-assessment", replay.cast.officer, outcome=outcome)
    replay.take(on, case, "gateway-sign-off", replay.cast.supervisor, outcome="agreed")
    replay.take(on, case, "feedback", replay.cast.officer)


def adopted(replay: Replay, on: date, **given: str) -> Case:
    """Have the panel adopt a case a week after the referral; `given` are answers of the assessment."""
    case = to_gateway(replay, on)
    decided(replay, on, case, "channel")
    replay.take(on, case, "vulnerability-assessment", replay.cast.practitioner, **given)
    replay.take(on + timedelta(days=7), case, "channel-decision", replay.cast.practitioner, outcome="adopted")
    return case


def supported(replay: Replay, on: date, **given: Any) -> Case:
    """Adopt a case and add a support plan."""
    case = adopted(replay, on, **given)
    replay.take(replay.today, case, "support-plan", replay.cast.practitioner)
    return case


def left(replay: Replay, on: date) -> Case:
    """Exit to review after a month of support."""
    case = supported(replay, on)
    end = replay.today + timedelta(days=28)
    replay.take(end, case, "plan-review", replay.cast.practitioner)
    replay.take(end, case, "channel-close", replay.cast.practitioner, outcome="no-further-concerns")
    leave(replay, end, case, "supported")
    return case


def leave(replay: Replay, on: date, case: Case, outcome: str) -> None:
    """Complete the exit checklist, its sign-off, and the feedback to the referrer."""
    replay.take(on, case, "exit-checklist", replay.cast.officer, outcome=outcome)
    replay.take(on, case, "exit-sign-off", replay.cast.supervisor, outcome="agreed")
    replay.take(on, case, "feedback", replay.cast.officer)


def same(replay: Replay, case: Case, other: Case) -> None:
    """Let the officer answer that two records are of one person."""
    officer = replay.cast.officer
    case.refresh_from_db()
    with context.asking(officer):
        acts.answer(
            case.pk,
            between(case, other).pk,
            SAME,
            by=officer,
            seen_version=case.version,
            at=at(replay.today, WORK),
        )
