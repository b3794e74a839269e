"""Replays of failures that need a room which does not exist yet.

Each replay runs, but must fail until the room exists. Then it must pass.
"""

from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from typing import ParamSpec

import pytest

from tests.replays import table
from tests.replays.conftest import compare

Given = ParamSpec("Given")


def awaited(
    room: str, number: int, title: str, happened: str, subject: str
) -> "Callable[[Callable[Given, None]], Callable[Given, None]]":
    """Mark a replay with the room that it waits for, and the subject of the issue that brings the room."""

    def waiting(replay: "Callable[Given, None]") -> "Callable[Given, None]":
        @wraps(replay)
        def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
            if find_spec(room):
                replay(*args, **kwargs)
                return
            compare(number, table.awaited_of(number, title, happened, subject))
            with pytest.raises((AssertionError, LookupError, ImportError)):
                replay(*args, **kwargs)

        return run

    return waiting
