"""Parse dates as people and systems write them, for every part of the product.

A moment with an offset, such as 2025-07-14T23:30Z, gives the day that it was in London.
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
# Defaults of systems for an unknown date: the first and last days that they can store.
PLACEHOLDERS = frozenset({(1111, 11, 11), (1753, 1, 1), (1899, 12, 30), (1899, 12, 31), (1901, 1, 1)})
FIRST_YEAR, LAST_YEAR, NO_YEAR = 1900, 2100, 9999
FEWEST_DIGITS, MOST_DIGITS = 6, 9  # number of digits in a date with a slip


class NotADay(ValueError):
    """The text is no date; the message says what would be."""


class ANumber(NotADay):
    """The text is a serial number that a spreadsheet would show as a date, such as 39899."""


class Day(NamedTuple):
    """A date in parts. An unknown part is 0; a typing slip can give a day that does not exist."""

    year: int
    month: int
    day: int

    @property
    def is_whole(self) -> bool:
        """Whether year, month and day are all given."""
        return all(self)

    @property
    def is_real(self) -> bool:
        """Whether the day exists in the calendar, or the month where the day is unknown."""
        try:
            date(self.year or 2000, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True

    @property
    def is_placeholder(self) -> bool:
        """Whether the date is a system's default for an unknown date, such as 1 January 1900."""
        first = 0 < self.year <= FIRST_YEAR and self.month <= 1 and self.day <= 1
        return first or self.year == NO_YEAR or self in PLACEHOLDERS

    @property
    def text(self) -> str:
        """The date like 2009-03-27, with noughts for unknown parts: 2009-03-00."""
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @classmethod
    def on(cls, day: date) -> Self:
        """Return a date of the calendar in parts."""
        return cls(day.year, day.month, day.day)


def read_day(text: str, order: Order = "day-first") -> Day:
    """Return the date in a text, in parts. A year of two digits counts as unknown. Raises NotADay."""
    plain, clock = _without_clock(_plain(text))
    day = _parts(plain, order)
    if day is None:
        if SERIAL.fullmatch(plain):
            raise ANumber("This is a number. Format the column as a date, or write dates like 2019-03-27.")
        written = "3/27/2019" if order == "month-first" else "27/3/2019"
        raise NotADay(f"Write the date like 2019-03-27 or {written}.")
    return _in_london(day, clock) if clock and clock["zone"] and day.is_whole and day.is_real else day


def day_within(text: str, order: Order = "day-first") -> Day | None:
    """Return the date in a text, ignoring other words around it; None where there is none."""
    if found := ISO.fullmatch(text):  # as nearly all dates from a database are
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
    """Return the date in a text, also one with an extra or wrong character, for matching only.

    A mistyped date is still evidence for one day and against others: 1999g-07-20, 1979-04x24.
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
    """Return the known part of a partial date of birth, like 2009-03 or 2009; "" for a whole date or none."""
    day = day_within(text, order)
    if day is None or day.is_whole or not day.year or day.is_placeholder or not day.is_real:
        return ""
    return f"{day.year:04}-{day.month:02}" if day.month else f"{day.year:04}"


def whole_day(text: str) -> date | None:
    """Return the day of a whole ISO date; None for a partial date, or no text."""
    return date.fromisoformat(text) if ISO.fullmatch(text) else None


def day_in_words(text: str, shown: str = "%-d %B %Y") -> str:
    """Return an ISO date in words; a partial date as its known part: March 2009, 2009."""
    if day := whole_day(text):
        return day.strftime(shown)
    year, _, month = text.partition("-")
    return f"{MONTHS[int(month) - 1].capitalize()} {year}" if month else year


def ages(text: str, on: date) -> tuple[int, int]:
    """Return the least and greatest possible age on a day, for an ISO date of birth, whole or partial."""
    year, month, day = (int(part) for part in (*text.split("-"), "0", "0")[:3])
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    return _years(last, on), _years(first, on)


def _years(since: date, on: date) -> int:
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def real_day(day: str, month: str, year: str) -> date:
    """Return the date of three inputs; the month may be a word. Raises ValueError for no real day."""
    number = month_of(_plain(month)) or int(month)
    try:
        return date(int(year), number, int(day))
    except OverflowError as error:
        raise ValueError("No day has so long a number.") from error


def month_of(word: str) -> int:
    """Return the number of a month by its name or the beginning of the name; 0 for no month."""
    word = word.rstrip(".")
    if len(word) < 3:
        return 0
    return next(
        (n for n, name in enumerate(MONTHS, 1) if name.startswith(word) or word == "sept" == name[:4]), 0
    )


def proof_of_order(text: str) -> Order | None:
    """Return the order of day and month that this date proves, as 24/02/2025 does; None if it proves none."""
    numbers = _both_numbers(text)
    if numbers is None or min(numbers) < 1 or min(numbers) > 12 or max(numbers) <= 12:
        return None
    return "day-first" if numbers[0] > 12 else "month-first"


def can_be_two_days(text: str) -> bool:
    """Return whether swapping day and month gives another real date, as in 3/4/2025."""
    numbers = _both_numbers(text)
    return numbers is not None and numbers[0] != numbers[1] and min(numbers) >= 1 and max(numbers) <= 12


def _both_numbers(text: str) -> tuple[int, int] | None:
    if not text or text[:4].isdecimal():  # the year first, as in most files
        return None
    found = NUMBERS.fullmatch(_without_clock(_plain(text))[0])
    return (int(found["first"]), int(found["second"])) if found else None


def _plain(text: str) -> str:
    """Return the text in small letters with plain digits, dashes, slashes and blanks.

    Invisible characters, weekdays and endings such as “th” are removed.
    """
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
    """Parse eight digits: the year first, unless a real day results only with the year last."""
    day = Day(int(text[:4]), int(text[4:6]), int(text[6:]))
    last = _ordered(text[4:], text[:2], text[2:4], order)
    turned = not day.is_real and last.is_real and last.year >= FIRST_YEAR
    return last if turned else day


def _named(found: Mapping[str, str | None]) -> Day | None:
    """Return the parts that a pattern matched; None where a word is no month."""
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
