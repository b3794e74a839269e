"""Fixtures of the replays, and the comparison of their output with `docs/replays.md`."""

import os
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from handrail.cases.tests.cast import Cast, make_cast
from tests.replays import table
from tests.replays.replay import Replay

Begin = Callable[[int, date, str, str], Replay]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def begin(cast: Cast) -> Iterator[Begin]:
    """Yield a function that begins a replay: number and title of the failure, first day, what happened."""
    begun: list[tuple[Replay, str, str]] = []

    def begin(number: int, day: date, title: str, happened: str) -> Replay:
        replay = Replay(number, cast, day)
        begun.append((replay, title, happened))
        return replay

    yield begin
    for replay, title, happened in begun:
        if not title:  # an awaited replay has its section already
            continue
        compare(replay.number, table.section_of(replay, title, happened))


def compare(number: int, section: str) -> None:
    """Compare a section with the page, or write it where the run is told to."""
    if os.environ.get("WRITE_REPLAYS"):
        table.write(number, section)
    assert table.written(number) == section, "docs/replays.md is out of date: run `make replays`"
