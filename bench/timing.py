"""Timing a piece of work beside its floor, turn by turn, so that both meet the same weather."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from django.db import connection

from bench.scratch import raw

WARM_UP = 3
OURS = ("SET LOCAL ROLE", "RESET ROLE")  # the bench becomes the web by these; the web is it already

Work = Callable[[int], object]


class Kind(StrEnum):
    """What is measured; the goals differ by it."""

    PAGE = "page"
    LIST = "list"
    SECURED = "secured"  # a page beside the same without row security and its line in the log
    GRANTED = "granted"  # the same, of somebody with a thousand grants
    STEP = "step"
    IMPORT = "import"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Figure:
    """What one thing cost at one size: milliseconds, queries, and the bytes of its page if it is one.

    `processor` is the mean processor time of a run, ours and that of the database's process for us. It says
    how much work there was, however busy the machine was with other things; 0 where the system does not tell.
    """

    kind: Kind
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


@dataclass(frozen=True, slots=True)
class Waits:
    """How long people waited for one kind of page, in milliseconds, and for how many of them."""

    requests: int
    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many at once were served at one size; `client` is the share of one processor that asking took."""

    size: int
    people: int
    a_second: float
    errors: int
    client: float
    pages: dict[str, Waits]

    def __str__(self) -> str:
        waits = "; ".join(f"{name} {w.median:.0f} ms, p95 {w.p95:.0f}" for name, w in self.pages.items())
        return (
            f"{self.people} people at {self.size:,} cases: {self.a_second:.0f} requests a second, "
            f"{self.errors} errors ({waits}; the client took {self.client:.0%} of one processor)"
        )


def compare(
    size: int,
    name: str,
    work: Work,
    floor: Work,
    *,
    kind: Kind,
    runs: int,
    length: int = 0,
    warm_up: int = WARM_UP,
) -> Figure:
    """Run work and floor in turns. Each is called with the number of the turn, and timed whole."""
    queries = 0
    for turn in range(warm_up):
        floor(turn)
        queries = counted(partial(work, turn))
    gc.collect()
    gc.freeze()
    own, least, spent = [], [], 0.0
    for turn in range(warm_up, warm_up + runs):
        least.append(milliseconds(floor, turn))
        before = processor_time()
        own.append(milliseconds(work, turn))
        spent += processor_time() - before
    p95 = quantiles(own, n=20, method="inclusive")[-1]
    return Figure(kind, size, name, median(own), p95, spent / runs, median(least), queries, length)


def milliseconds(work: Work, turn: int) -> float:
    """How long one turn took."""
    start = perf_counter()
    work(turn)
    return (perf_counter() - start) * 1000


def processor_time() -> float:
    """Milliseconds of processor time so far, ours and those of the database's process that serves us."""
    server = servers_time()
    return process_time() * 1000 + server if server else 0.0


def servers_time() -> float:
    """Milliseconds of processor time so far of the database's process for us; 0 where it is not told."""
    server = Path(f"/proc/{raw().info.backend_pid}/schedstat")
    return int(server.read_text().split()[0]) / 1e6 if server.exists() else 0.0


def counted(work: Callable[[], object]) -> int:
    """How many statements some work sends to the database, but for those that only the bench sends."""
    with listening() as statements:
        work()
    return sum(not statement.startswith(OURS) for statement, _ in statements)


@contextmanager
def listening() -> Iterator[list[tuple[str, Sequence[Any]]]]:
    """Every statement that Django sends while the block runs, with its parameters."""
    heard: list[tuple[str, Sequence[Any]]] = []

    def listen(execute: Callable[..., Any], statement: str, parameters: Any, many: bool, context: Any) -> Any:
        heard.append((statement, parameters))
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(listen):
        yield heard
