"""The pack for what is opened on a day is the one in force on it."""

from datetime import date

import pytest
from django.conf import LazySettings

from handrail.records.packs import pack_on

OLDER, TODAYS = "england-wales-2018", "england-wales-2025"
CHANGED_ON = date(2025, 4, 1)


@pytest.mark.parametrize(
    ("day", "pack"),
    [
        (date(2017, 1, 1), OLDER),
        (date(2025, 3, 31), OLDER),
        (CHANGED_ON, TODAYS),
        (date(2026, 11, 30), TODAYS),
    ],
)
def test_a_day_has_the_policy_that_was_in_force_on_it(settings: LazySettings, day: date, pack: str) -> None:
    settings.PACK = TODAYS
    assert pack_on(day).id == pack


def test_an_installation_under_the_older_policy_has_no_case_of_the_newer(settings: LazySettings) -> None:
    settings.PACK = OLDER
    assert pack_on(date(2026, 11, 30)).id == OLDER
