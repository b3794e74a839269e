"""How commands print what a machine reads."""

import json
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

import typer

SHOWN = 20


def print_json(value: Any) -> None:
    """Print a value as JSON; records as their fields, anything else that JSON lacks as its text."""
    typer.echo(json.dumps(value, default=_plain, indent=1, ensure_ascii=False))


def reading_lines(notes: Sequence[str], cells: Sequence[str], count: int, more: str) -> list[str]:
    """How a file was read, for somebody at a terminal: what was assumed, the first of the `count` cells that
    were not taken as they are, and how many more there are. `more` says what those are.
    """
    shown = cells[:SHOWN]
    return [*notes, *shown, *([f"… and {count - len(shown):,} more {more}"] if count > len(shown) else [])]


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
