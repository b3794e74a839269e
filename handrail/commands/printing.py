"""Output helpers of the commands."""

import json
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

import typer

SHOWN = 20


def print_json(value: Any) -> None:
    """Print a value as JSON: dataclasses as objects, values that JSON lacks as text."""
    typer.echo(json.dumps(value, default=_plain, indent=1, ensure_ascii=False))


def reading_lines(notes: Sequence[str], cells: Sequence[str], count: int, more: str) -> list[str]:
    """Return how a file was read, for a terminal: assumptions, first unreadable cells, and how many more.

    `count` is the number of all such cells. `more` is the noun for the remaining ones.
    """
    shown = cells[:SHOWN]
    return [*notes, *shown, *([f"… and {count - len(shown):,} more {more}"] if count > len(shown) else [])]


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
