"""Failures of rooms that are not built yet: panels, measures."""

from datetime import date

from tests.replays import roads
from tests.replays.awaiting import awaited
from tests.replays.conftest import Begin
from tests.replays.replay import Replay


@awaited(
    "handrail.panels",
    5,
    "A provider without a briefing: seven sessions agreed, one held",
    "A telephone call instead of a briefing; months later the panel thought that sessions went on (learning"
    " review of 2025).",
    "Channel panels: commissions of intervention providers, their briefing and each session’s report",
)
def test_sessions_that_are_not_held_are_chased(begin: Begin) -> None:
    replay = begin(5, date(2023, 1, 9), "", "")
    cast, case = replay.cast, roads.supported(replay, date(2023, 1, 9))
    replay.take(date(2023, 2, 1), case, "commission", cast.practitioner)
    replay.until(date(2023, 4, 1))
    replay.notified(case, cast.practitioner, "Late: Report of a session", date(2023, 3, 1))


@awaited(
    "handrail.measures",
    15,
    "Ethnicity not recorded for two people in three",
    "33,000 people from 2015 to 2023; to collate it would have taken 1,350 working days (Rights and Security"
    " International, 2024).",
    "Official statistics, and how complete what they rest on is",
)
def test_how_complete_ethnicity_is_can_be_asked(begin: Begin) -> None:
    replay: Replay = begin(15, date(2023, 1, 9), "", "")
    replay.refer(date(2023, 1, 9))
    from handrail.measures import completeness  # type: ignore[import-untyped,import-not-found,unused-ignore]

    assert completeness.of("subject.ethnicity").known < 1
