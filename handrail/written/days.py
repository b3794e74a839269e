"""Dates as people and systems write them. Whatever reads a date anywhere in the product reads it here.

A moment with an offset, such as 2025-07-14T23:30Z, falls on the day that it was in London.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Literal, NamedTuple, Self
from zoneinfo import ZoneInfo

from handrail.written.letters import seen

Order = Literal["day-first", "month-first"]
FIRST: dict[Order, str] = {"day-first": "the day first", "month-first": "the month first"}

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
LONDON = ZoneInfo("Europe/London")
LONGEST = 60
BETWEEN = r"[-/. ]+"
DAY_MONTH = rf"(?P<first>\d{{1,2}}){BETWEEN}(?P<second>\d{{1,2}})"
NUMBERS = re.compile(rf"{DAY_MONTH}{BETWEEN}(?P<year>\d{{4}}|\d{{2}})")
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})",
        r"(?P<year>\d{4})[-/. ](?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})[-/. ](?P<year>\d{4})",
        r"(?P<year>\d{4})",
        r"(?P<day>\d{1,2})[-/., ]*(?P<name>[a-z]{3,9})[-/., ]*(?P<year>\d{4}|\d{2})?",
        r"(?P<name>[a-z]{3,9})[-/., ]*(?P<day>\d{1,2})[-/., ]+(?P<year>\d{4}|\d{2})",
        r"(?P<name>[a-z]{3,9})[-/., ]*(?P<year>\d{4})",
        r"(?P<name>[a-z]{3,9})[-/., ]+(?P<day>\d{1,2})",
        r"(?P<year>\d{4})[-/., ]*(?P<name>[a-z]{3,9})[-/., ]*(?P<day>\d{1,2})",
    )
)
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
RUN_TOGETHER = re.compile(r"\d{8}")
CLOCK = re.compile(
    r"(?:[t ,]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*(?P<half>[ap])?\.?(?:m\.?)?"
    r"|t(?P<run>\d{4})(?:\d{2})?(?:\.\d+)?)"
    r"\s*(?P<zone>z|utc|gmt|bst|[+-]\d{2}(?::?\d{2})?)?$"
)
WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ]+")
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b(?: of\b)?")
DASHES = re.compile("[\u2010-\u2015\u2212]")
STROKES = re.compile(r"\s*[|\\]\s*")
COMMAS = re.compile(r"^(\d{1,4}), ?(\d{1,2}), ?(?=\d{2,4}\b)")  # 27,03,2009
SERIAL = re.compile(r"\d{5,}([.,]\d+)?")
WORDS = re.compile(r"\d+|[a-z]+")
AN_HOUR = timedelta(hours=1)
# What systems write where nobody knows a date: the first and last days that they can hold.
PLACEHOLDERS = frozenset({(1111, 11, 11), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31), (1901, 1, 1)})
FIRST_YEAR, LAST_YEAR, NO_YEAR = 1900, 2100, 9999
FEWEST_DIGITS, MOST_DIGITS = 6, 9  # of a date with a slip in it


class NotADay(ValueError):
    """The text is no date; the message says what would be."""


class ANumber(NotADay):
    """The text is a number that a spreadsheet or a system would show as a date, such as 39899."""


class Day(NamedTuple):
    """A date in its parts. A part that is not known is 0, and a slip can make a day that there never was."""

    year: int
    month: int
    day: int

    @property
    def is_whole(self) -> bool:
        """Whether year, month and day are all given."""
        return all(self)

    @property
    def is_real(self) -> bool:
        """Whether there is such a day, or was such a month where the day is not known."""
        try:
            date(self.year or 2000, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True

    @property
    def is_placeholder(self) -> bool:
        """Whether it is what systems write where nobody knows the date, such as 1 January 1900."""
        first = 0 < self.year <= FIRST_YEAR and self.month <= 1 and self.day <= 1
        return first or self.year == NO_YEAR or self in PLACEHOLDERS

    @property
    def text(self) -> str:
        """The date like 2009-03-27, with noughts for what is not known: 2009-03-00."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @classmethod
    def on(cls, day: date) -> Self:
        """The parts of a day of the calendar."""
        return cls(day.year, day.month, day.day)


def read_day(text: str, order: Order = "day-first") -> Day:
    """The date that a text gives, in parts. A year of two digits is not known. Raises NotADay."""
    plain, clock = _without_clock(_plain(text))
    day = _parts(plain, order)
    if day is None:
        if SERIAL.fullmatch(plain):
            raise ANumber("This is a number. Format the column as a date, or write dates like 2019-03-27.")
        written = "3/27/2019" if order == "month-first" else "27/3/2019"
        raise NotADay(f"Write the date like 2019-03-27 or {written}.")
    return _in_london(day, clock) if clock and clock["zone"] and day.is_whole and day.is_real else day


def day_within(text: str, order: Order = "day-first") -> Day | None:
    """The date that a text gives, whatever other words stand around it; None where it gives none."""
    if found := ISO.fullmatch(text):  # as nearly all are that come from a database
        day = Day(int(found[1]), int(found[2]), int(found[3]))
        return day if any(day) else None
    plain = _plain(text)
    told = [word.span() for word in WORDS.finditer(plain) if _is_of_date(word[0])]
    for tried in (text, plain[told[0][0] : told[-1][1]] if told else ""):
        try:
            day = read_day(tried, order)
        except NotADay:
            continue
        return day if any(day) else None
    return None


def day_with_a_slip(text: str, order: Order = "day-first") -> Day | None:
    """The date that a text gives, also one with a sign too many or a wrong one between, for comparing alone.

    A date that somebody typed wrongly still speaks for one day and against others: 1999g-07-20, 1979-04x24.
    """
    if found := day_within(text, order):
        return found
    if text.isdecimal() or not FEWEST_DIGITS <= sum(map(str.isdecimal, text)) <= MOST_DIGITS:
        return None
    for at in range(len(text)):
        for instead in ("", "-"):
            try:
                day = read_day(text[:at] + instead + text[at + 1 :], order)
            except NotADay:
                continue
            if day.is_whole and day.is_real and FIRST_YEAR < day.year < LAST_YEAR:
                return day
    return None


def birth_in_part(text: str, order: Order = "day-first") -> str:
    """The part of a date of birth that a text tells, like 2009-03 or 2009; empty for a whole date or none."""
    day = day_within(text, order)
    if day is None or day.is_whole or not day.year or day.is_placeholder or not day.is_real:
        return ""
    return f"{day.year:04}-{day.month:02}" if day.month else f"{day.year:04}"


def whole_day(text: str) -> date | None:
    """The day of an ISO date that is whole; None for one that is known in part, or no text."""
    return date.fromisoformat(text) if ISO.fullmatch(text) else None


def day_in_words(text: str, shown: str = "%-d %B %Y") -> str:
    """An ISO date as people say it; one that is known in part as that part: March 2009, 2009."""
    if day := whole_day(text):
        return day.strftime(shown)
    year, _, month = text.partition("-")
    return f"{MONTHS[int(month) - 1].capitalize()} {year}" if month else year


def ages(text: str, on: date) -> tuple[int, int]:
    """The least and the most years of somebody who was born on an ISO date, whole or known in part."""
    year, month, day = (int(part) for part in (*text.split("-"), "0", "0")[:3])
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    return _years(last, on), _years(first, on)


def _years(since: date, on: date) -> int:
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def real_day(day: str, month: str, year: str) -> date:
    """The day of three inputs; the month may be a word. Raises ValueError where there is no such day."""
    number = month_of(_plain(month)) or int(month)
    return date(int(year), number, int(day))


def month_of(word: str) -> int:
    """The number of a month by its name or the beginning of it; 0 for no month."""
    word = word.rstrip(".")
    if len(word) < 3:
        return 0
    return next(
        (n for n, name in enumerate(MONTHS, 1) if name.startswith(word) or word == "sept" == name[:4]), 0
    )


def proof_of_order(text: str) -> Order | None:
    """Which order this date proves, as 24/02/2025 does; None for one that proves none."""
    numbers = _both_numbers(text)
    if numbers is None or min(numbers) < 1 or min(numbers) > 12 or max(numbers) <= 12:
        return None
    return "day-first" if numbers[0] > 12 else "month-first"


def can_be_two_days(text: str) -> bool:
    """Whether this date would be another one with day and month in the other order, as 3/4/2025 would."""
    numbers = _both_numbers(text)
    return numbers is not None and numbers[0] != numbers[1] and min(numbers) >= 1 and max(numbers) <= 12


def _both_numbers(text: str) -> tuple[int, int] | None:
    if not text or text[:4].isdecimal():  # the year first, as most files have it
        return None
    found = NUMBERS.fullmatch(_without_clock(_plain(text))[0])
    return (int(found["first"]), int(found["second"])) if found else None


def _plain(text: str) -> str:
    """Small letters, plain digits, dashes, strokes and blanks; nothing unseen, no weekday, no “th”."""
    told = unicodedata.normalize("NFKC", seen(text[:LONGEST]))
    plain = COMMAS.sub(r"\1/\2/", STROKES.sub("/", " ".join(told.lower().split())))
    return ORDINAL.sub("", WEEKDAY.sub("", DASHES.sub("-", plain))).rstrip(".,")


def _without_clock(text: str) -> tuple[str, re.Match[str] | None]:
    if ":" not in text and "t" not in text:
        return text, None
    found = CLOCK.search(text)
    return (text[: found.start()].rstrip(" ,"), found) if found else (text, None)


def _parts(text: str, order: Order) -> Day | None:
    if RUN_TOGETHER.fullmatch(text):
        return _run_together(text, order)
    if found := NUMBERS.fullmatch(text):
        year = found["year"]
        return _ordered(year if len(year) == 4 else "0", found["first"], found["second"], order)
    for pattern in PATTERNS:
        if found := pattern.fullmatch(text):
            return _named(found.groupdict())
    found = re.fullmatch(DAY_MONTH, text)
    return _ordered("0", found["first"], found["second"], order) if found else None


def _ordered(year: str, first: str, second: str, order: Order) -> Day:
    day, month = (second, first) if order == "month-first" else (first, second)
    return Day(int(year), int(month), int(day))


def _run_together(text: str, order: Order) -> Day:
    """Eight digits: the year first, unless only the year last makes a day."""
    day = Day(int(text[:4]), int(text[4:6]), int(text[6:]))
    last = _ordered(text[4:], text[:2], text[2:4], order)
    turned = not day.is_real and last.is_real and last.year >= FIRST_YEAR
    return last if turned else day


def _named(found: Mapping[str, str | None]) -> Day | None:
    """The parts that a pattern found; None where a word is no month."""
    month = int(found.get("month") or 0)
    if name := found.get("name"):
        month = month_of(name)
        if not month:
            return None
    year = found.get("year") or ""
    return Day(int(year) if len(year) == 4 else 0, month, int(found.get("day") or 0))


def _in_london(day: Day, clock: re.Match[str]) -> Day:
    run = clock["run"]
    hour, minute = (int(run[:2]), int(run[2:])) if run else (int(clock["hour"]), int(clock["minute"]))
    if clock["half"] and hour <= 12:
        hour = hour % 12 + (12 if clock["half"] == "p" else 0)
    try:
        start = datetime(*day, tzinfo=timezone(_offset(clock["zone"])))
        moment = start + timedelta(hours=hour, minutes=minute)
        return Day.on(moment.astimezone(LONDON).date())
    except (ValueError, OverflowError):
        raise NotADay(
            "The time of day or its offset is none. Write the date alone, like 2019-03-27."
        ) from None


def _offset(zone: str) -> timedelta:
    if zone in {"z", "utc", "gmt"}:
        return timedelta()
    if zone == "bst":
        return AN_HOUR
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


def _is_of_date(word: str) -> bool:
    return word.isdecimal() or month_of(word) > 0
