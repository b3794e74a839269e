"""Finding text that may identify a person. The writer is reminded of it; nothing is refused."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils import timezone

from handrail.cases.drafts.filling import Filling
from handrail.forms.answered import Answered
from handrail.policy.schema.form import Kind
from handrail.policy.step_kinds.register_entry import register_of

TELLS_SOMEBODY = "Remove anything that could identify the person, or confirm that it does not."
GROWN_UP_YEARS = 3  # a date this long ago is more likely a birth than part of the concern

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
FOUND: dict[str, re.Pattern[str]] = {
    "an email address": re.compile(r"(?<![^\s@<>,;])[^\s@<>,;]+@[^\s@<>,;]+\.[a-z]{2,}", re.IGNORECASE),
    "a postcode": re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b", re.IGNORECASE),
    "a telephone number": re.compile(r"(?<![\w/.-])(?:\+44|0)[\s()-]*(?:[0-9][\s()-]*){9,10}(?!\w)"),
    "an address": re.compile(
        r"\b[0-9]{1,4}[a-z]? (?:[A-Z][\w’'-]+ )+(?:Road|Street|Lane|Avenue|Close|Drive|Way)\b"
    ),
}
BORN = re.compile(
    r"\b(?:born|d\.?o\.?b\.?|date of birth)\b[\s:]*(?:on|in)?[\s:]*[\w/.-]*[0-9][\w/. -]*", re.IGNORECASE
)
DAY = re.compile(
    rf"\b[0-9]{{1,2}}(?:[/.-][0-9]{{1,2}}[/.-]|(?:st|nd|rd|th)? {MONTH} )(?P<year>[0-9]{{4}}|[0-9]{{2}})\b",
    re.IGNORECASE,
)
TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? [A-Z][\w’'-]+")
CALLED = re.compile(r"\b(?:named|called|name is|name was) [A-Z][\w’'-]+(?: [A-Z][\w’'-]+)*")
PAIR = re.compile(r"(?<![\w’'-])([A-Z][a-zà-ÿ’'-]+) ([A-Z][a-zà-ÿ’'-]+)(?![\w’'-])")
NO_NAMES = frozenset(tomllib.loads(Path(__file__).with_name("capitals.toml").read_text("utf-8"))["words"])


@dataclass(frozen=True, slots=True)
class Reminder:
    """Text that may identify a person: its section and question, what it looks like, and the words."""

    section: str
    name: str
    label: str
    looks_like: str
    words: str


def reminders_of(filling: Filling) -> list[Reminder]:
    """Return what in a form's answers may identify a person; empty unless its register is about nobody."""
    register = filling.draft.pack.register_by_id.get(register_of(filling.step) or "")
    if register is None or not register.about_nobody:
        return []
    written = {q.id for s in filling.asked for q in s.questions if q.kind in {Kind.TEXT, Kind.LONG_TEXT}}
    today = timezone.localdate()
    return [
        Reminder(part.section.id, answer.name, answer.label, looks_like, words)
        for part in filling.answered()
        for answer in part.answers
        for looks_like, words in _found(answer, written, today)
    ]


def _found(answer: Answered, written: set[str], today: date) -> Iterator[tuple[str, str]]:
    if answer.name in written:
        yield from found_in(answer.answer, today)


def found_in(text: str, today: date) -> Iterator[tuple[str, str]]:
    """Yield what in a text may identify a person, as pairs of a description and the words, each once."""
    known: set[str] = set()
    for looks_like, words in (*_patterns(text), *_births(text, today), *_names(text)):
        if not any(words in other for other in known):
            known.add(words)
            yield looks_like, words


def _patterns(text: str) -> Iterator[tuple[str, str]]:
    for looks_like, pattern in FOUND.items():
        yield from ((looks_like, hit.group().strip()) for hit in pattern.finditer(text))


def _births(text: str, today: date) -> Iterator[tuple[str, str]]:
    yield from (("a date of birth", hit.group().strip()) for hit in BORN.finditer(text))
    for hit in DAY.finditer(text):
        year = int(hit["year"])
        year += 0 if year > 99 else (2000 if year <= today.year % 100 else 1900)
        if year <= today.year - GROWN_UP_YEARS:
            yield "a date of birth", hit.group()


def _names(text: str) -> Iterator[tuple[str, str]]:
    yield from (("a name", hit.group()) for pattern in (TITLED, CALLED) for hit in pattern.finditer(text))
    for hit in PAIR.finditer(text):
        if NO_NAMES.isdisjoint(hit.groups()):
            yield "a name", hit.group()
