"""Reading one row: from cells to the answers of the referral form, or an error by column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from handrail.cases.imports.columns import (
    MOST_NAMED,
    RECEIVED_ON,
    SOURCE_REFERENCE,
    Column,
    asked_sections,
    signposts,
)
from handrail.cases.imports.days import NoDate, day_parts
from handrail.cases.imports.mappings import DateOrder
from handrail.cases.imports.tables import Row
from handrail.policy.answers import UNSTORABLE, Options, Reader, is_asked
from handrail.policy.questions import options_for
from handrail.policy.schema import Kind, Pack, Step

DATE_PARTS = ("-day", "-month", "-year")


class Wrong(ValueError):
    """A cell cannot be taken; the message says what would be right."""


@dataclass(slots=True)
class Reading:
    """A row as it was understood. `errors` are by the file's own name of the column."""

    row: Row
    reference: str = ""
    received: date | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class RowReader:
    """Reads rows of one file, as at one day."""

    def __init__(
        self,
        pack: Pack,
        step: Step,
        options: Options,
        columns: Sequence[Column],
        fixed: Sequence[str],
        order: DateOrder,
        today: date,
    ) -> None:
        self.sections = asked_sections(pack, step)
        self.reader = Reader(options_for(pack, step, options), today)
        self.columns = columns
        self.fixed = list(fixed)
        self.order: DateOrder = order
        self.title_of = {column.name: column.title for column in columns}
        found = signposts(self.sections)
        self.signposts = {name: led for name, led in found.items() if name not in self.title_of}

    def read(self, row: Row) -> Reading:
        """The answers in a row, or its errors."""
        reading = Reading(row)
        typed = self._typed(row, reading)
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

    def title(self, name: str) -> str:
        """The file's name of the column for an input of the form."""
        for part in DATE_PARTS:
            if name.removesuffix(part) in self.title_of:
                return self.title_of[name.removesuffix(part)]
        return name

    def _typed(self, row: Row, reading: Reading) -> dict[str, list[str]]:
        """What would have been typed into the form to say the same."""
        typed: dict[str, list[str]] = {}
        cells = row.cells + self.fixed
        for column in self.columns:
            try:
                if column.index in row.faults:
                    raise Wrong(row.faults[column.index])
                typed |= self._answer(column, cells[column.index].strip())
            except (Wrong, NoDate) as wrong:
                reading.errors[column.title] = str(wrong)
        return typed | {name: [_direction(led, typed)] for name, led in self.signposts.items()}

    def _answer(self, column: Column, text: str) -> dict[str, list[str]]:
        """What would have been typed to say what this cell says."""
        if UNSTORABLE.search(text):
            raise Wrong("This holds a hidden character that cannot be stored. Type the value again.")
        text = column.translated.get(text.casefold(), text)
        if not text:
            return {}
        kind = column.question.kind
        if kind is Kind.DATE:
            parts = day_parts(text, self.order)
            return {column.name + end: [part] for end, part in zip(DATE_PARTS, parts, strict=True)}
        if kind is Kind.CHOICES:
            return {column.name: _several(column, text)}
        if kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.NUMBER}:
            return {column.name: [text]}
        return {column.name: [_code(column, text)]}

    def _not_asked(self, typed: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """What was filled in although its condition does not hold: it would be lost without a word."""
        for section in self.sections:
            for question in section.questions:
                asked = is_asked(section.when, typed) and is_asked(question.when, typed)
                if not asked and _is_filled(question.id, typed):
                    yield question.id


def _direction(follows: Mapping[str, Sequence[str]], typed: Mapping[str, Sequence[str]]) -> str:
    """The answer to a signpost: the one whose questions are filled in, and “no” where none is."""
    filled = (answer for answer, names in follows.items() if any(_is_filled(name, typed) for name in names))
    return next(filled, "no")


def _is_filled(name: str, typed: Mapping[str, Sequence[str]]) -> bool:
    return not {name, *(name + part for part in DATE_PARTS)}.isdisjoint(typed)


def _several(column: Column, text: str) -> list[str]:
    if text.casefold() in column.values:
        return [column.values[text.casefold()]]
    return [_code(column, part.strip()) for part in text.split(";") if part.strip()]


def _code(column: Column, text: str) -> str:
    """The id of the answer that is meant. The cell is not repeated: it could hold anything."""
    text = column.translated.get(text.casefold(), text).casefold()
    if text in column.values:
        return column.values[text]
    near = get_close_matches(text, column.values, n=1, cutoff=0.8)
    if near:
        raise Wrong(f"This is not one of the answers. Perhaps “{near[0]}” is meant.")
    more = f" and {len(column.labels) - MOST_NAMED} more" if len(column.labels) > MOST_NAMED else ""
    known = "; ".join(column.labels[:MOST_NAMED])
    raise Wrong(f"This is not one of the answers, which are: {known}{more}.")
