"""Failures of rooms that are not built yet: matching, panels, measures."""

from datetime import date

from handrail.access import context
from handrail.cases.models import Referral
from tests.replays import roads
from tests.replays.awaiting import awaited
from tests.replays.conftest import Begin
from tests.replays.replay import Replay


@awaited(
    "handrail.subjects.matching",
    1,
    "A misspelt surname hid the earlier referrals",
    "The surname was misspelt on the second and third referral, so that a search might not show the first"
    " (Southport, 2025).",
    "One person, once: earlier records found at intake, explained, decided by a human",
)
def test_a_misspelt_surname_finds_the_earlier_referral(begin: Begin) -> None:
    replay = begin(1, date(2023, 1, 9), "", "")
    first = replay.refer(date(2023, 1, 9), **{"given-name": "Zerlinda", "family-name": "Quillfeather"})
    second = replay.refer(date(2023, 3, 6), **{"given-name": "Zerlinda", "family-name": "Quilfether"})
    assert second.subject
    with context.asking(replay.cast.fimu):
        alike = Referral.objects.visible_to(replay.cast.fimu).about_people_like(second.subject)
        assert [referral.case for referral in alike] == [first]


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
    replay.told(case, cast.practitioner, "Late: Report of a session", date(2023, 3, 1))


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
