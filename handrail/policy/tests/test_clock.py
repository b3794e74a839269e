from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.policy.base import Calendar
from handrail.policy.clock import (
    add_hours,
    add_months,
    add_working_days,
    is_known,
    is_working_day,
    last_day_before,
    working_days_between,
)

ENGLAND = Calendar(country="GB", subdivision="ENG", title="England and Wales")
SCOTLAND = Calendar(country="GB", subdivision="SCT", title="Scotland")
days = st.dates(date(2016, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 3, 28), True),  # Maundy Thursday
        (date(2024, 3, 29), False),  # Good Friday
        (date(2024, 4, 1), False),  # Easter Monday
        (date(2024, 4, 2), True),
        (date(2024, 5, 6), False),  # early May
        (date(2024, 5, 27), False),  # spring
        (date(2024, 8, 26), False),  # summer
        (date(2024, 12, 24), True),
        (date(2024, 12, 25), False),
        (date(2024, 12, 26), False),
        (date(2024, 12, 27), True),
        (date(2021, 12, 27), False),  # Christmas Day fell on a Saturday
        (date(2021, 12, 28), False),  # Boxing Day on a Sunday
        (date(2021, 12, 29), True),
        (date(2022, 1, 3), False),  # for New Year on a Saturday
        (date(2022, 6, 2), False),  # spring, moved for the jubilee
        (date(2022, 6, 3), False),  # jubilee
        (date(2022, 9, 19), False),  # state funeral
        (date(2023, 5, 8), False),  # coronation
        (date(2024, 6, 1), False),  # a Saturday
        (date(2024, 6, 2), False),  # a Sunday
        (date(2024, 6, 3), True),
    ],
)
def test_bank_holidays_and_weekends_are_no_working_days(day: date, works: bool) -> None:
    assert is_working_day(day, ENGLAND) is works


def test_nations_differ() -> None:
    assert is_working_day(date(2024, 11, 29), ENGLAND)
    assert is_working_day(date(2024, 4, 1), SCOTLAND)
    assert not is_working_day(date(2024, 12, 2), SCOTLAND)


def test_only_real_calendars_are_known() -> None:
    assert is_known(ENGLAND)
    assert not is_known(Calendar(country="GB", subdivision="YRK", title="Yorkshire"))
    assert not is_known(Calendar(country="XX", subdivision="ENG", title="Nowhere"))


@pytest.mark.parametrize(
    ("start", "number", "due"),
    [
        (date(2024, 6, 3), 5, date(2024, 6, 10)),  # Monday to Monday
        (date(2024, 6, 7), 1, date(2024, 6, 10)),  # over a weekend
        (date(2024, 6, 8), 1, date(2024, 6, 10)),  # begun on a Saturday
        (date(2024, 3, 28), 1, date(2024, 4, 2)),  # over Easter
        (date(2024, 12, 24), 3, date(2024, 12, 31)),  # over Christmas
        (date(2024, 12, 31), 1, date(2025, 1, 2)),  # over New Year
        (date(2024, 6, 3), 0, date(2024, 6, 3)),
    ],
)
def test_the_first_day_is_day_nought(start: date, number: int, due: date) -> None:
    assert add_working_days(start, number, ENGLAND) == due


@given(start=days, number=st.integers(0, 60))
def test_adding_and_counting_are_inverse(start: date, number: int) -> None:
    due = add_working_days(start, number, ENGLAND)
    assert working_days_between(start, due, ENGLAND) == number
    assert number == 0 or is_working_day(due, ENGLAND)


@given(end=days, number=st.integers(0, 20))
def test_more_than_so_many_days_have_passed_since_the_last_day_before_and_no_later_one(
    end: date, number: int
) -> None:
    last = last_day_before(end, number, ENGLAND)
    assert working_days_between(last, end, ENGLAND) > number
    assert working_days_between(last + timedelta(days=1), end, ENGLAND) <= number


@given(start=days, first=st.integers(0, 20), second=st.integers(0, 20))
def test_adding_twice_is_adding_the_sum(start: date, first: int, second: int) -> None:
    halfway = add_working_days(start, first, ENGLAND)
    assert add_working_days(halfway, second, ENGLAND) == add_working_days(start, first + second, ENGLAND)


@given(start=days, back=st.integers(0, 30))
def test_nothing_lies_between_a_day_and_an_earlier_one(start: date, back: int) -> None:
    assert working_days_between(start, start - timedelta(days=back), ENGLAND) == 0


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 12, 15), 12, date(2025, 12, 15)),
        (date(2024, 11, 30), 1, date(2024, 12, 30)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(start: date, months: int, due: date) -> None:
    assert add_months(start, months) == due


LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-12-04 23:00", 1, "2026-12-05 00:00"),  # a Friday in winter
        ("2026-07-03 23:00", 1, "2026-07-04 00:00"),  # and in summer
        ("2026-12-24 23:30", 1, "2026-12-25 00:30"),  # a holiday counts
        ("2026-03-29 00:30", 1, "2026-03-29 02:30"),  # the hour from one to two is not there
        ("2026-10-25 00:30", 2, "2026-10-25 01:30"),  # and there twice
    ],
)
def test_hours_run_through_nights_weekends_and_changes_of_the_clock(start: str, hours: int, end: str) -> None:
    began = datetime.fromisoformat(start).replace(tzinfo=LONDON)
    assert f"{add_hours(began, hours):%Y-%m-%d %H:%M}" == end
