"""Blocks of a paper: plain data that the template `paper.typ` sets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from handrail.forms.answered import Answered
from handrail.policy.schema.access import Marking

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper about one record, before it is set. `notes` stand on the first page, below the marking."""

    title: str
    reference: str
    marking: Marking
    notes: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def heading(text: str, level: int = 2) -> Block:
    """Return a heading. The title of the paper is the only one of level 1."""
    return {"is": "heading", "level": level, "text": text}


def facts(*rows: tuple[str, str]) -> Block:
    """Return rows of a name and a value; rows without a value are left out."""
    return {"is": "facts", "rows": [row for row in rows if row[1]]}


def prose(text: str) -> Block:
    """Return paragraphs as a user typed them."""
    return {"is": "prose", "text": text}


def aside(text: str) -> Block:
    """Return a sentence by Handrail, such as that an entry is withheld."""
    return {"is": "aside", "text": text}


def points(texts: Sequence[str]) -> Block:
    """Return a bulleted list."""
    return {"is": "points", "texts": list(texts)}


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[str]) -> Block:
    """Return a table with one row of headings. A width is `auto` or a share such as `2fr`."""
    return {
        "is": "table",
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
    }


def answers(given: Iterable[Answered]) -> Block:
    """Return questions with their answers, and below each the answers for its items."""
    return {"is": "answers", "answers": [_answer(one) for one in given]}


def _answer(one: Answered) -> Block:
    return {"label": one.label, "answer": one.answer, "inner": [_answer(inner) for inner in one.inner]}


def day(on: date | None) -> str:
    """Return a day in full, like 3 March 2026; "" for None."""
    return f"{on:%-d %B %Y}" if on else ""


def brief(at: date | datetime) -> str:
    """Return a day or moment for a table column, like 3 Mar 2026, or 3 Mar 2026, 14:05."""
    if not isinstance(at, datetime):
        return f"{at:%-d %b %Y}"
    return f"{timezone.localtime(at):%-d %b %Y, %H:%M}"


def moment(at: date | datetime) -> str:
    """Return a moment in full, like 3 March 2026 at 14:05; a date without a time."""
    if not isinstance(at, datetime):
        return day(at)
    return f"{timezone.localtime(at):%-d %B %Y at %H:%M}"
