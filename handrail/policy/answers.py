"""Read answers: from typed text to values for the record, with a message for each input to correct.

The typed text is a mapping of input names to lists of strings, as a browser posts it, a draft stores it and
an import row gives it. Input names: `question`; a date has `question-day`, `-month`, `-year`; a question
asked for each item of a list has `question.item.inner`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handrail.policy.facts import NOTHING_KNOWN, Facts
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Condition, Kind, Meaning, Question, Section
from handrail.policy.schema.pack import Pack
from handrail.written.days import real_day
from handrail.written.postcodes import read_postcode

Typed = Mapping[str, Sequence[str]]
Options = Callable[[Question], Sequence[Code]]

TEXT_LENGTH = 200
LONG_TEXT_LENGTH = 10_000
YES_NO = (Code(id="yes", label="Yes"), Code(id="no", label="No"))
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
NOT_KNOWN = (
    "If you do not know all of it, give the year alone, or month and year. If you know none of it, say that "
    "you do not know it, and give about how old they are."
)
BIRTHS = frozenset({Meaning.DATE_OF_BIRTH, Meaning.BORN_ON})  # dates that may be known only in part
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class Wrong(Exception):
    """An answer cannot be accepted; the message says what to do. `part` names the wrong part of a date."""

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.part = part


@dataclass(slots=True)
class Reading:
    """The answers that could be read, and for each input that could not a message by input name."""

    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads answers under one pack, as at one day. `options` gives the choices of a question."""

    options: Options
    today: date
    facts: Facts = field(default_factory=lambda: NOTHING_KNOWN)

    def read(self, sections: Iterable[Section], typed: Typed) -> Reading:
        """Read every question that is asked, given the other answers; leave out the rest."""
        reading = Reading()
        asked, standing = asked_of(sections, typed, self.facts)
        for section in asked:
            self._read_questions(section.questions, standing, "", reading.answers, reading.errors)
        return reading

    def _read_questions(
        self,
        questions: Iterable[Question],
        typed: dict[str, Sequence[str]],
        prefix: str,
        answers: dict[str, Any],
        errors: dict[str, str],
    ) -> None:
        for question in questions:
            if not is_asked(question.when, typed, prefix, self.facts):
                typed.pop(prefix + question.id, None)
                continue
            name = prefix + question.id
            if question.kind is Kind.EACH:
                answers[question.id] = self._read_each(question, typed, name, errors)
                continue
            try:
                value = READERS[question.kind](self, question, name, typed)
            except Wrong as wrong:
                errors[name + wrong.part] = str(wrong)
                continue
            if value not in (None, "", []):
                answers[question.id] = value
            elif question.required:
                errors[name + first_part(question)] = missing(question)

    def _read_each(
        self, question: Question, typed: dict[str, Sequence[str]], name: str, errors: dict[str, str]
    ) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for item in self.options(question):
            inner: dict[str, Any] = {}
            wrong: dict[str, str] = {}
            self._read_questions(question.ask, typed, f"{name}.{item.id}.", inner, wrong)
            named = item.label.rstrip(".")
            errors |= {where: f"{named}: {what}" for where, what in wrong.items()}
            if inner:
                found[item.id] = inner
        if question.missing and not found:
            errors[name] = question.missing
        return found


def asked_of(
    sections: Iterable[Section], typed: Typed, facts: Facts = NOTHING_KNOWN
) -> tuple[list[Section], dict[str, Sequence[str]]]:
    """Return the sections that are asked, and what was typed without the questions that are not.

    An answer typed before its question was hidden calls for no further question.
    """
    asked: list[Section] = []
    standing = dict(typed)
    for section in sections:
        is_open = is_asked(section.when, standing, facts=facts)
        if is_open:
            asked.append(section)
        for question in section.questions:
            if not is_open or not is_asked(question.when, standing, facts=facts):
                standing.pop(question.id, None)
    return asked, standing


def missing(question: Question) -> str:
    """Return the message for a required question without an answer."""
    if question.missing:
        return question.missing
    verb = "Enter" if question.kind in {Kind.TEXT, Kind.LONG_TEXT, Kind.DATE, Kind.NUMBER} else "Select"
    return f"{verb} an answer to “{question.label}”"


def first_part(question: Question) -> str:
    """Return the suffix of a question's first input; an error message links to that input."""
    return "-day" if question.kind is Kind.DATE else ""


def is_asked(when: Condition | None, typed: Typed, prefix: str = "", facts: Facts = NOTHING_KNOWN) -> bool:
    """Return whether a question with this condition is asked, given the typed answers and the known facts."""
    if when is None:
        return True
    if when.fact:
        values = facts.get(when.fact, ())
        return bool(values) and (not when.is_ or not set(when.is_).isdisjoint(values))
    return not set(when.is_).isdisjoint(typed.get(f"{prefix}{when.question}", ()))


def clean(text: str) -> str:
    """Return the text without unstorable characters and outer blanks, each line end as one newline."""
    return UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one(typed: Typed, name: str) -> str:
    """Return the single value of an input, cleaned; "" when it was left blank or not sent."""
    values = typed.get(name) or [""]
    return clean(values[-1])


def _read_text(reader: Reader, question: Question, name: str, typed: Typed) -> str:
    raw = (typed.get(name) or [""])[-1]
    text = clean(raw)
    if UNSTORABLE.search(raw):
        raise Wrong("A hidden character that cannot be stored was removed. Check the answer and continue.")
    most = question.max_length or (LONG_TEXT_LENGTH if question.kind is Kind.LONG_TEXT else TEXT_LENGTH)
    if len(text) > most:
        raise Wrong(f"Shorten this to {most:,} characters or fewer; it has {len(text):,}.")
    if text and question.input == "email" and not EMAIL.fullmatch(text):
        raise Wrong("Enter an email address in the correct format, like name@example.org")
    if text and question.input == "postcode":
        # An invalid postcode is kept as typed: it must never block a referral.
        return read_postcode(text) or text
    return text


def _read_number(reader: Reader, question: Question, name: str, typed: Typed) -> int | None:
    text = one(typed, name)
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise Wrong("Enter a whole number, like 15")
    number = int(text)
    if question.least is not None and number < question.least:
        raise Wrong(f"Enter a number that is {question.least} or more")
    if question.most is not None and number > question.most:
        raise Wrong(f"Enter a number that is {question.most} or less")
    return number


def _read_date(reader: Reader, question: Question, name: str, typed: Typed) -> str | None:
    parts = {part: one(typed, f"{name}-{part}") for part in ("day", "month", "year")}
    if not any(parts.values()):
        return None
    parts = {part: "" if text.strip("0") == "" else text for part, text in parts.items()}
    if question.means in BIRTHS and not parts["day"] and parts["year"]:
        return _birth_in_part(reader, question, parts["month"], parts["year"])
    for part, text in parts.items():
        if not text:
            instead = f". {NOT_KNOWN}" if question.means in BIRTHS else ""
            raise Wrong(f"The date must include a {part}{instead}", f"-{part}")
    day = _real_date(parts)
    if day > reader.today and not question.future:
        raise Wrong("The date must be today or in the past", "-year")
    if day < reader.today and not question.past:
        raise Wrong("The date must be today or later", "-year")
    if day.year < reader.today.year - question.oldest_years:
        raise Wrong(f"Check the year: {day.year} is more than {question.oldest_years} years ago", "-year")
    if day.year > reader.today.year + question.oldest_years:
        raise Wrong(f"Check the year: {day.year} is too far ahead", "-year")
    return day.isoformat()


def _birth_in_part(reader: Reader, question: Question, month: str, year: str) -> str:
    """Read a partial date of birth, of a year or of a month and year: 2009 or 2009-03."""
    first = _real_date({"day": "1", "month": month or "1", "year": year})
    if first > reader.today:
        raise Wrong("The date must be today or in the past", "-year")
    if first.year < reader.today.year - question.oldest_years:
        raise Wrong(f"Check the year: {first.year} is more than {question.oldest_years} years ago", "-year")
    return f"{first:%Y-%m}" if month else f"{first:%Y}"


def _real_date(parts: Mapping[str, str]) -> date:
    if not re.fullmatch("[0-9]{4}", parts["year"]):
        raise Wrong("The year must have four digits, like 2009", "-year")
    try:
        return real_day(parts["day"], parts["month"], parts["year"])
    except ValueError:
        raise Wrong("Enter a real date, like 27 3 2009", "-day") from None


def _read_choice(reader: Reader, question: Question, name: str, typed: Typed) -> str | None:
    value = one(typed, name)
    if value and value not in {code.id for code in reader.options(question)}:
        raise Wrong("Select one of the answers shown")
    return value or None


def _read_choices(reader: Reader, question: Question, name: str, typed: Typed) -> list[str]:
    values = [value for value in map(clean, typed.get(name, ())) if value]
    known = [code.id for code in reader.options(question)]
    if not set(values) <= set(known):
        raise Wrong("Select only answers that are shown")
    return [code for code in known if code in values]


READERS: dict[Kind, Callable[[Reader, Question, str, Typed], Any]] = {
    Kind.TEXT: _read_text,
    Kind.LONG_TEXT: _read_text,
    Kind.NUMBER: _read_number,
    Kind.DATE: _read_date,
    Kind.YES_NO: _read_choice,
    Kind.CHOICE: _read_choice,
    Kind.PERSON: _read_choice,
    Kind.ORGANISATION: _read_choice,
    Kind.CHOICES: _read_choices,
}


def as_typed(question: Question, answer: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield an answer as form input, by input name."""
    if question.kind is Kind.DATE:
        for part, value in zip(("year", "month", "day"), str(answer).split("-"), strict=False):
            yield f"{question.id}-{part}", [value]
    else:
        yield question.id, [str(one) for one in answer] if isinstance(answer, list) else [str(answer)]


def options_of(pack: Pack) -> Options:
    """Return the choices that the pack itself gives: yes and no, and its code lists."""

    def options(question: Question) -> Sequence[Code]:
        if question.kind is Kind.YES_NO:
            return YES_NO
        return pack.codes_by_id[question.codes].codes if question.codes else ()

    return options
