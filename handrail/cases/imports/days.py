"""Dates as files write them."""

import re
from typing import NamedTuple

from handrail.cases.imports.mappings import DateOrder

YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
RUN_TOGETHER = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
IN_WORDS = re.compile(
    r"(?P<day>\d{1,2})[-/. ]+(?P<month>[a-z]{3,9})\.?[-/. ,]+(?P<year>\d{2,4})", re.IGNORECASE
)
DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[-/. ](?P<month>\d{1,2})[-/. ](?P<year>\d{2,4})")
MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})[-/. ](?P<day>\d{1,2})[-/. ](?P<year>\d{2,4})")
TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
SERIAL = re.compile(r"\d{5}(\.\d+)?")


class DayParts(NamedTuple):
    """A date in its parts, as a form asks for it."""

    day: str
    month: str
    year: str


class NoDate(ValueError):
    """The text is no date; the message says what would be."""


def day_parts(text: str, order: DateOrder) -> DayParts:
    """The parts of a date; whether there is such a day is for the form to say. Raises NoDate."""
    text = TIME_OF_DAY.sub("", text.strip())
    patterns = (YEAR_FIRST, RUN_TOGETHER, IN_WORDS, MONTH_FIRST if order == "month-first" else DAY_FIRST)
    found = next((match for pattern in patterns if (match := pattern.fullmatch(text))), None)
    if found is None:
        if SERIAL.fullmatch(text):
            raise NoDate("This is a number. Format the column as a date, or write dates like 2019-03-27.")
        written = "3/27/2019" if order == "month-first" else "27/3/2019"
        raise NoDate(f"Write the date like 2019-03-27 or {written}.")
    return DayParts(found["day"], found["month"], found["year"])
