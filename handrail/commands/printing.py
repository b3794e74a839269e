"""How commands print what a machine reads."""

import json
from dataclasses import asdict, is_dataclass
from typing import Any

import typer


def print_json(value: Any) -> None:
    """Print a value as JSON; records as their fields, anything else that JSON lacks as its text."""
    typer.echo(json.dumps(value, default=_plain, indent=1, ensure_ascii=False))


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
