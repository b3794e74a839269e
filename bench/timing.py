"""Timing a piece of work beside its floor, turn by turn, so that both meet the same weather."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from django.db import connection

from bench.scratch import raw

WARM_UP = 3

Work = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one thing cost at one size: milliseconds, queries, and the bytes of its page if it is one.

    `processor` is the mean processor time of a run, ours and that of the database's process for us. It says
    how much work there was, however busy the machine was with other things; 0 where the system does not tell.
    """

    size: int
    name: str
    median: float
    p95: float
    processor: float
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
    own, least, spent = [], [], 0.0
    for turn in range(WARM_UP, WARM_UP + runs):
        least.append(milliseconds(floor, turn))
        before = processor_time()
        own.append(milliseconds(work, turn))
        spent += processor_time() - before
    p95 = quantiles(own, n=20, method="inclusive")[-1]
    return Figure(size, name, median(own), p95, spent / runs, median(least), queries, length)


def milliseconds(work: Work, turn: int) -> float:
    """How long one turn took."""
    start = perf_counter()
    work(turn)
    return (perf_counter() - start) * 1000


def processor_time() -> float:
    """Milliseconds of processor time so far, ours and those of the database's process that serves us."""
    server = Path(f"/proc/{raw().info.backend_pid}/schedstat")
    if not server.exists():
        return 0.0
    return process_time() * 1000 + int(server.read_text().split()[0]) / 1e6


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
