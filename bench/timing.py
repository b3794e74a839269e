"""Time a piece of work beside its floor, turn by turn, so that other load affects both alike."""

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
OURS = ("SET LOCAL ROLE", "RESET ROLE")  # the bench takes the web's role by these; the real web has it

Work = Callable[[int], object]


class Kind(StrEnum):
    """The kinds of figure; goals differ by kind."""

    PAGE = "page"
    LIST = "list"
    SECURED = "secured"  # a page over the page without row security and log line
    GRANTED = "granted"  # such a page for a reader with a thousand grants
    STEP = "step"
    IMPORT = "import"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Figure:
    """The cost of one thing at one size: milliseconds, queries, and bytes if it is a page.

    `processor` is the mean processor time of a run, in this process and its database process. It measures
    the work independently of other load; 0 where the system does not report it.
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
        """The cost as a multiple of the floor."""
        return self.median / self.floor


@dataclass(frozen=True, slots=True)
class Waits:
    """Waiting times for one kind of page in milliseconds, and their number."""

    requests: int
    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """The throughput of many users at one size; `client` is the share of a processor that the client used."""

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
    """Run work and floor in turns, timing each whole call; both get the number of the turn."""
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
    """Return the wall time of one turn in milliseconds."""
    start = perf_counter()
    work(turn)
    return (perf_counter() - start) * 1000


def processor_time() -> float:
    """Return the processor time so far of this process and its database process, in milliseconds."""
    server = servers_time()
    return process_time() * 1000 + server if server else 0.0


def servers_time() -> float:
    """Return the processor time so far of our database process, in milliseconds; 0 if not reported."""
    server = Path(f"/proc/{raw().info.backend_pid}/schedstat")
    return int(server.read_text().split()[0]) / 1e6 if server.exists() else 0.0


def counted(work: Callable[[], object]) -> int:
    """Return the number of statements that some work sends, without those of the bench itself."""
    with listening() as statements:
        work()
    return sum(not statement.startswith(OURS) for statement, _ in statements)


@contextmanager
def listening() -> Iterator[list[tuple[str, Sequence[Any]]]]:
    """Yield the list of statements that Django sends while the block runs, with parameters."""
    heard: list[tuple[str, Sequence[Any]]] = []

    def listen(execute: Callable[..., Any], statement: str, parameters: Any, many: bool, context: Any) -> Any:
        heard.append((statement, parameters))
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(listen):
        yield heard
