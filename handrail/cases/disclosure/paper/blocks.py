"""What a paper is made of. Each block is plain data that `paper.typ` knows how to set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from handrail.cases.forms.answered import Answered
from handrail.policy.schema.access import Marking

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper about one case, before it is set. `notes` stand on the first page, below the marking."""

    title: str
    reference: str
    marking: Marking
    notes: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def heading(text: str, level: int = 2) -> Block:
    """A heading; the title of the paper is the only one of level 1."""
    return {"is": "heading", "level": level, "text": text}


def facts(*rows: tuple[str, str]) -> Block:
    """Names of facts, each with what it is; those that say nothing are left out."""
    return {"is": "facts", "rows": [row for row in rows if row[1]]}


def prose(text: str) -> Block:
    """Paragraphs, as somebody typed them."""
    return {"is": "prose", "text": text}


def aside(text: str) -> Block:
    """A sentence of Handrail's own about what stands beside it, such as that it is withheld."""
    return {"is": "aside", "text": text}


def points(texts: Sequence[str]) -> Block:
    """A list."""
    return {"is": "points", "texts": list(texts)}


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[str]) -> Block:
    """A table with one line of headings; a width is `auto` or a share such as `2fr`."""
    return {
        "is": "table",
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
    }


def answers(given: Iterable[Answered]) -> Block:
    """Questions with their answers, those of a question asked for each item below it."""
    return {"is": "answers", "answers": [_answer(one) for one in given]}


def _answer(one: Answered) -> Block:
    return {"label": one.label, "answer": one.answer, "inner": [_answer(inner) for inner in one.inner]}


def day(on: date | None) -> str:
    """A day in full, like 3 March 2026; empty for none."""
    return f"{on:%-d %B %Y}" if on else ""


def brief(at: date | datetime) -> str:
    """A day or moment as short as a column of a table needs it, like 3 Mar 2026, or 3 Mar 2026, 14:05."""
    if not isinstance(at, datetime):
        return f"{at:%-d %b %Y}"
    return f"{timezone.localtime(at):%-d %b %Y, %H:%M}"


def moment(at: date | datetime) -> str:
    """A moment in full, like 3 March 2026 at 14:05; a day without a time."""
    if not isinstance(at, datetime):
        return day(at)
    return f"{timezone.localtime(at):%-d %B %Y at %H:%M}"
