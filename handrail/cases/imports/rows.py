"""Reading one row: from cells to answers of the referral form, or errors by column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from handrail.cases.imports.columns import (
    MOST_NAMED,
    NEW,
    OURS,
    RECEIVED_ON,
    SOURCE_REFERENCE,
    Column,
    asked_sections,
    signposts,
)
from handrail.cases.imports.mappings import plain
from handrail.cases.imports.orders import Orders
from handrail.policy.answers import EMAIL, UNSTORABLE, Options, Reader, is_asked
from handrail.policy.questions import options_for
from handrail.policy.schema.form import Kind, Meaning, Question
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.subjects.matching.placeholders import is_placeholder
from handrail.written.ages import read_age, says_an_age
from handrail.written.days import ANumber, Day, NotADay, day_within, read_day
from handrail.written.letters import seen
from handrail.written.postcodes import read_postcode
from handrail.written.rows import Row
from handrail.written.telephones import read_telephones

DATE_PARTS = ("-day", "-month", "-year")
SAYS_YES = {"yes", "y", "true", "1", "new"}
NOT_KNOWN = "not-known"
# Values that mean no more than the answer “Not known”.
UNKNOWN = {"unknown", "unk", "n/k", "nk", "u/k", "dont know", "don't know", "don’t know", "not sure"}
FEWEST_CELLS, FEW_COLUMNS = 3, 8  # with so many columns, fewer cells filled in mean a total or a note
# A numeric reference shortened by a spreadsheet, such as 1.2E+15.
SHORTENED = re.compile(r"\d[.,]\d+e\+?\d+|\de\+\d+", re.IGNORECASE)
NO_YEAR = "The year must have four digits, like 2009."
OR_AN_AGE = "If it is not known, leave this blank and give {}."
NO_SUCH_DAY = "There is no such day. Write it like 2019-03-27."
NOT_WHOLE = "The date must include a day, a month and a year, like 2019-03-27."


class Wrong(ValueError):
    """A cell cannot be read; the message says what would be right."""


@dataclass(slots=True)
class Reading:
    """A row as it was understood. `errors` and `notes` are by the file's name of the column.

    A note says how a cell was read that could not be taken as it stands. `as_written` holds, by question, the
    text of cells that no answer can hold. `is_new` says that the row is marked as a referral of its own.
    """

    row: Row
    reference: str = ""
    received: date | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    as_written: dict[str, str] = field(default_factory=dict)
    is_new: bool = False


class RowReader:
    """Reads rows of one file, as at one day."""

    def __init__(
        self,
        pack: Pack,
        step: Step,
        options: Options,
        columns: Sequence[Column],
        header: Sequence[str],
        fixed: Sequence[str],
        orders: Orders,
        today: date,
    ) -> None:
        self.sections = asked_sections(pack, step)
        self.reader = Reader(options_for(pack, step, options), today)
        self.columns = columns
        self.fixed = list(fixed)
        self.orders = orders
        self.header = header
        names = [plain(title) for title in header]
        self.own = {index: name for index, name in enumerate(names) if name not in OURS}
        self.said_new = names.index(NEW) if NEW in names else None
        self.title_of = {column.name: column.title for column in columns}
        found = signposts(self.sections)
        self.signposts = {name: led for name, led in found.items() if name not in self.title_of}

    def read(self, row: Row) -> Reading:
        """Return the answers in a row, or its errors."""
        reading = Reading(row)
        if said := self._is_no_row(row):
            reading.errors[self.header[-1] if row.is_misshapen else self.title(SOURCE_REFERENCE.id)] = said
            return reading
        typed = self._typed(row, reading)
        if self.said_new is not None:
            reading.is_new = row.cells[self.said_new].strip().casefold() in SAYS_YES
        found = self.reader.read(self.sections, typed)
        reading.answers = found.answers
        reading.reference = found.answers.pop(SOURCE_REFERENCE.id, "")
        received = found.answers.pop(RECEIVED_ON.id, None)
        reading.received = date.fromisoformat(received) if received else None
        for name, message in found.errors.items():
            reading.errors.setdefault(self.title(name), message)
        for name in self._not_asked(typed):
            reading.errors.setdefault(
                self.title(name),
                "This is not asked, given the other answers. Clear it, or mend the answer before it.",
            )
        return reading

    def _is_no_row(self, row: Row) -> str:
        """Return why a row is not read: cells out of place, a repeated header, or nearly empty; else ""."""
        if row.is_misshapen:
            return row.faults[len(self.header) - 1]
        if self.own and all(plain(row.cells[index]) == name for index, name in self.own.items()):
            return "This row is the header again. Take it out."
        filled = sum(bool(row.cells[index].strip()) for index in self.own)
        if len(self.own) >= FEW_COLUMNS and filled < FEWEST_CELLS and not row.faults:
            return "This row has next to nothing in it, as a total or a note has. Take it out, or fill it in."
        return ""

    def title(self, name: str) -> str:
        """Return the file's name of the column for an input of the form."""
        for part in DATE_PARTS:
            if name.removesuffix(part) in self.title_of:
                return self.title_of[name.removesuffix(part)]
        return name

    def _typed(self, row: Row, reading: Reading) -> dict[str, list[str]]:
        """Return a row as input of the form, and note errors by column."""
        typed: dict[str, list[str]] = {}
        cells = row.cells + self.fixed
        for column in self.columns:
            try:
                if column.index in row.faults:
                    raise Wrong(row.faults[column.index])
                typed |= self._answer(column, cells[column.index].strip(), reading)
            except (Wrong, NotADay) as wrong:
                reading.errors[column.title] = str(wrong)
        typed |= self._born_about(typed, reading)
        return typed | {name: [_direction(led, typed)] for name, led in self.signposts.items()}

    def _answer(self, column: Column, text: str, reading: Reading) -> dict[str, list[str]]:
        """Return a cell as input of the form. Raises Wrong or NotADay."""
        if UNSTORABLE.search(text):
            raise Wrong("This holds a hidden character that cannot be stored. Type the value again.")
        text = column.translated.get(text.casefold(), text)
        if not text:
            return {}
        kind = column.question.kind
        if kind is Kind.DATE:
            return self._date(column, text, reading)
        if kind is Kind.CHOICES:
            return {column.name: _several(column, seen(text).strip())}
        if column.name == SOURCE_REFERENCE.id and SHORTENED.fullmatch(text):
            raise Wrong(
                "A spreadsheet shortened this number, and its last digits are lost. Type it again, as text."
            )
        if said := _no_answer(column.question, text):
            reading.notes[column.title] = said
            reading.as_written[column.name] = text
            return {}
        if column.question.means is Meaning.APPROXIMATE_AGE:
            text = str(age) if (age := read_age(text)) is not None else text
        if kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.NUMBER}:
            if said := _not_understood(column.question, text):
                reading.notes[column.title] = said
            return {column.name: [text]}
        return {column.name: [_code(column, seen(text).strip())]}

    def _date(self, column: Column, text: str, reading: Reading) -> dict[str, list[str]]:
        """Return a date as input of the form. A partial date of birth gives none, and is kept as written."""
        if objection := self.orders.objection(column.index, text):
            raise Wrong(objection)
        is_birth = column.question.means is Meaning.DATE_OF_BIRTH
        try:
            day = read_day(text, self.orders.order)
        except NotADay as wrong:
            # Spreadsheets may store a column of dates as numbers: known dates, not partial ones.
            if not is_birth or isinstance(wrong, ANumber):
                raise
            day = day_within(text, self.orders.order) or Day(0, 0, 0)
        if is_birth and not day.year and day.month and day.day and day.is_real:
            raise Wrong(self._no_year_of_birth())
        if is_birth and (day.is_placeholder or not day.is_whole or not day.is_real):
            reading.as_written[column.name] = text
            return {}
        if not day.is_whole:
            raise Wrong(NOT_WHOLE if day.year else NO_YEAR)
        if not day.is_real:
            raise Wrong(NO_SUCH_DAY)
        parts = (str(part) for part in (day.day, day.month, f"{day.year:04}"))
        return {column.name + end: [part] for end, part in zip(DATE_PARTS, parts, strict=True)}

    def _no_year_of_birth(self) -> str:
        age = self._question(Meaning.APPROXIMATE_AGE)
        return f"{NO_YEAR} {OR_AN_AGE.format(self.title(age.id))}" if age else NO_YEAR

    def _born_about(self, typed: Mapping[str, Sequence[str]], reading: Reading) -> dict[str, list[str]]:
        """Return the input that replaces a partial date of birth: an age, where the year is known."""
        birth, age = (self._question(meaning) for meaning in (Meaning.DATE_OF_BIRTH, Meaning.APPROXIMATE_AGE))
        if birth is None or birth.id not in reading.as_written:
            return {}
        title = self.title(birth.id)
        instead: dict[str, list[str]] = {}
        if birth.when and birth.when.question in self.title_of:
            instead[birth.when.question] = ["no"]
        if age is None or self._age_given(age, typed, reading):
            reading.notes[title] = (
                "This is not a full date of birth; it is kept as written with the referral."
            )
            return instead
        years = self._age(reading.as_written[birth.id], typed)
        if years is None or not (age.least or 0) <= years <= (age.most or years):
            reading.notes[title] = (
                "This tells no date of birth: it is taken as not known and kept as written beside the "
                f"referral. If an age is known, give it in {age.id}."
            )
            return instead
        reading.notes[title] = (
            f"This is not a full date of birth: it is taken as {age.id} {years} when referred, and kept as "
            "written beside the referral."
        )
        return instead | {age.id: [str(years)]}

    def _question(self, means: Meaning) -> Question | None:
        return next((q for section in self.sections for q in section.questions if q.means is means), None)

    def _age_given(self, age: Question, typed: Mapping[str, Sequence[str]], reading: Reading) -> bool:
        return age.id in typed or self.title(age.id) in reading.errors

    def _age(self, text: str, typed: Mapping[str, Sequence[str]]) -> int | None:
        """Return the age on the day of referral, from text that gives an age, a year, or a month and year."""
        if says_an_age(text):
            return read_age(text)
        born = day_within(text, self.orders.order)
        if born is None or not born.year or born.is_placeholder:
            return None
        try:
            year, month = (int(typed[RECEIVED_ON.id + part][0]) for part in ("-year", "-month"))
        except (KeyError, ValueError):
            return None
        return year - born.year - int(born.month > month)

    def _not_asked(self, typed: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """Yield questions that are filled in though not asked: their answers would be lost silently."""
        for section in self.sections:
            for question in section.questions:
                asked = is_asked(section.when, typed) and is_asked(question.when, typed)
                if not asked and _is_filled(question.id, typed):
                    yield question.id


def _direction(follows: Mapping[str, Sequence[str]], typed: Mapping[str, Sequence[str]]) -> str:
    """Return the answer to a signpost: the one whose questions are filled in, else “no”."""
    filled = (answer for answer, names in follows.items() if any(_is_filled(name, typed) for name in names))
    return next(filled, "no")


def _no_answer(question: Question, text: str) -> str:
    """Return a note on a cell that is no valid answer but is not worth losing the referral; else empty."""
    if question.required:
        return ""
    if (
        question.means is Meaning.APPROXIMATE_AGE
        and not text.lstrip("-").isdecimal()
        and read_age(text) is None
    ):
        return "This is not an age in years. It is taken as not known, and kept as written with the referral."
    wrong = question.input == "email" and not EMAIL.fullmatch(text)
    if wrong and (question.means is Meaning.EMAIL or is_placeholder(text)):
        return "This is not an email address. It is kept as written with the referral, and finds nobody."
    return ""


def _not_understood(question: Question, text: str) -> str:
    """Return a note on a postcode or telephone number that cannot be searched by; else empty."""
    if question.input == "postcode" and not read_postcode(text):
        return "This is not a known postcode. It is kept as written, and finds nobody by itself."
    if question.input == "tel" and not read_telephones(text):
        return "This is not a phone number. It is kept as written, and finds nobody."
    return ""


def _is_filled(name: str, typed: Mapping[str, Sequence[str]]) -> bool:
    return not {name, *(name + part for part in DATE_PARTS)}.isdisjoint(typed)


def _several(column: Column, text: str) -> list[str]:
    if text.casefold() in column.values:
        return [column.values[text.casefold()]]
    return [_code(column, part.strip()) for part in text.split(";") if part.strip()]


def _code(column: Column, text: str) -> str:
    """Return the id of the answer that a text means. Raises Wrong.

    The message does not repeat the cell, which could hold anything.
    """
    text = column.translated.get(text.casefold(), text).casefold()
    if text in column.values:
        return column.values[text]
    if NOT_KNOWN in column.values and text in UNKNOWN:
        return column.values[NOT_KNOWN]
    near = get_close_matches(text, column.values, n=1, cutoff=0.8)
    if near:
        raise Wrong(f"This is not one of the answers. Perhaps “{near[0]}” is meant.")
    more = f" and {len(column.labels) - MOST_NAMED} more" if len(column.labels) > MOST_NAMED else ""
    known = "; ".join(column.labels[:MOST_NAMED])
    raise Wrong(f"This is not one of the answers, which are: {known}{more}.")
