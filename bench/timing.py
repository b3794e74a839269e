"""Timing a piece of work beside its floor, turn by turn, so that both meet the same weather."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from django.db import connection

WARM_UP = 3

Work = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one thing cost at one size: milliseconds, queries, and the bytes of its page if it is one.

    `quick` is what nine of ten runs took longer than: other work on the machine only ever adds.
    """

    size: int
    name: str
    median: float
    p95: float
    quick: float
    floor: float
    queries: int
    bytes: int = 0

    @property
    def ratio(self) -> float:
        """How many times its floor it costs."""
        return self.median / self.floor


def compare(size: int, name: str, work: Work, floor: Work, *, runs: int, length: int = 0) -> Figure:
    """Run work and floor in turns. Each is called with the number of the turn, and timed whole."""
    queries = counted(lambda: work(0))
    for turn in range(1, WARM_UP):
        floor(turn)
        work(turn)
    gc.collect()
    gc.freeze()
    own, least = [], []
    for turn in range(WARM_UP, WARM_UP + runs):
        least.append(milliseconds(floor, turn))
        own.append(milliseconds(work, turn))
    cuts = quantiles(own, n=20, method="inclusive")
    return Figure(size, name, median(own), cuts[-1], cuts[1], median(least), queries, length)


def milliseconds(work: Work, turn: int) -> float:
    """How long one turn took."""
    start = perf_counter()
    work(turn)
    return (perf_counter() - start) * 1000


def counted(work: Callable[[], object]) -> int:
    """How many statements some work sends to the database."""
    with listening() as statements:
        work()
    return len(statements)


@contextmanager
def listening() -> Iterator[list[tuple[str, Sequence[Any]]]]:
    """Every statement that Django sends while the block runs, with its parameters."""
    heard: list[tuple[str, Sequence[Any]]] = []

    def listen(execute: Callable[..., Any], statement: str, parameters: Any, many: bool, context: Any) -> Any:
        heard.append((statement, parameters))
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(listen):
        yield heard
