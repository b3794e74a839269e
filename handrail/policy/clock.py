"""Working days by a nation's calendar.

The day on which something happens is day nought: a limit of five working days that starts on a Monday falls
due on the next Monday. Hours run through nights, weekends and holidays. Bank
holidays come from the `holidays` library.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays

from handrail.policy.base import Calendar

SATURDAY = 5


@lru_cache(maxsize=64)
def _bank_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def is_known(calendar: Calendar) -> bool:
    """Whether bank holidays are known for this country and subdivision."""
    return calendar.subdivision in holidays.list_supported_countries().get(calendar.country, [])


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Return whether `day` is neither at the weekend nor a bank holiday."""
    bank_holidays = _bank_holidays(calendar.country, calendar.subdivision, day.year)
    return day.weekday() < SATURDAY and day not in bank_holidays


@lru_cache(maxsize=65_536)
def add_working_days(start: date, days: int, calendar: Calendar) -> date:
    """Return the working day that lies `days` working days after `start`; `days` is nought or more."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day, calendar)
    return day


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Return the number of working days after `start`, with `end` counted; nought if `end` is not later."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n), calendar) for n in range(1, days + 1))


def last_day_before(end: date, days: int, calendar: Calendar) -> date:
    """Return the last day that lies more than `days` working days before `end`, with `end` counted."""
    day = end
    while days >= 0:
        days -= is_working_day(day, calendar)
        day -= timedelta(days=1)
    return day


def add_months(start: date, months: int) -> date:
    """Return `start` moved by `months`, on its day of the month or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def add_hours(start: datetime, hours: int) -> datetime:
    """Return the moment `hours` of elapsed time later, in its own zone, across changes of summer time too."""
    return (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(start.tzinfo)
