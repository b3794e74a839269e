"""Profile a page or a piece of work: time in the database and in Python, by statement and by function.

    python -m bench.profile "case" --size 1000
    python -m bench.profile --list

The first figures are taken without a profiler. The figures of functions are Python's processor time under a
profiler, which makes small functions look more expensive than they are: read them as proportions.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from cProfile import Profile
from dataclasses import dataclass
from pathlib import Path
from pstats import Stats
from time import perf_counter, process_time
from typing import Any

from bench.scratch import scratch, settle

WARM_UP = 3
TURNS = 15
FUNCTIONS = 40
LONGEST = 200  # characters of a statement that are shown
PACKAGES = Path(__file__).resolve().parents[1]

Turn = Callable[[], object]
Place = tuple[str, int, str]


def main() -> int:
    """Build, profile and print."""
    given = arguments()
    with scratch():
        from bench.queries import things
        from bench.readers import readers
        from bench.volume import Volume

        volume = Volume.up_to(given.size)
        volume.grow(given.size)
        who = readers()
        settle()
        for name, turn in things(volume, who):
            if given.list:
                print(name)
            elif name == given.name:
                print("\n".join(profiled(turn)))
                return 0
    if not given.list:
        print(f"Nothing is called {given.name!r}; --list shows what there is.", file=sys.stderr)
    return 0 if given.list else 2


def arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.profile",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", default="case", help="the name of a page or a piece of work")
    parser.add_argument("--size", type=int, default=1_000, help="how many cases there are")
    parser.add_argument("--list", action="store_true", help="list the names")
    return parser.parse_args()


def profiled(turn: Turn) -> Iterator[str]:
    """Yield the lines to print."""
    from bench.timing import OURS

    for _ in range(WARM_UP):
        turn()
    whole = took(turn)
    spent: dict[str, float] = defaultdict(float)
    sent: Counter[str] = Counter()
    with timing(spent, sent):
        for _ in range(TURNS):
            turn()
    yield str(whole)
    yield f"\n{'times':>7}{'ms':>8}  statement, there and back (means of {TURNS} turns, by the clock)"
    for statement, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        mark = "[the bench alone] " if statement.startswith(OURS) else ""
        shown = (mark + short(statement))[:LONGEST]
        yield f"{sent[statement] / TURNS:7.1f}{seconds * 1000 / TURNS:8.2f}  {shown}"
    yield from functions(turn)


@dataclass(frozen=True, slots=True)
class Took:
    """Times of a turn in milliseconds: wall time, and processor time here and in the database."""

    clock: float
    here: float
    database: float

    def __str__(self) -> str:
        share = self.database / ((self.here + self.database) or 1)
        return (
            f"A turn takes {self.clock:.1f} ms by the clock. Processor time: {self.here:.1f} ms in Python, "
            f"{self.database:.1f} ms in the database ({share:.0%} of both)."
        )


def took(turn: Turn) -> Took:
    """Return the mean times of a turn without a profiler."""
    from bench.timing import servers_time

    before = perf_counter(), process_time(), servers_time() / 1000
    for _ in range(TURNS):
        turn()
    after = perf_counter(), process_time(), servers_time() / 1000
    clock, here, database = (1000 * (then - now) / TURNS for now, then in zip(before, after, strict=True))
    return Took(clock, here, database)


def short(statement: str) -> str:
    """Return a statement without its selected columns, so that its conditions can be read."""
    return re.sub(r"SELECT [^()]{40,}? FROM ", "SELECT … FROM ", statement).replace('"', "")


@contextmanager
def timing(spent: dict[str, float], sent: Counter[str]) -> Iterator[None]:
    """Time every statement that Django sends; the log of reads is written outside Django and left out."""
    from django.db import connection

    def listen(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        text = re.sub(r"\s+", " ", sql).strip()
        start = perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            spent[text] += perf_counter() - start
            sent[text] += 1

    with connection.execute_wrapper(listen):
        yield


def functions(turn: Turn) -> Iterator[str]:
    """Return lines that share the time among packages, then among the costliest functions of Handrail."""
    profile = Profile(process_time)
    with profile:
        for _ in range(TURNS):
            turn()
    every: dict[Place, tuple[int, int, float, float, Any]] = Stats(profile).stats  # type: ignore[attr-defined]
    own: Counter[str] = Counter()
    for (file, _, name), (_, _, itself, _, _) in every.items():
        own[owner(file, name)] += itself  # type: ignore[assignment] # seconds, no whole numbers
    total = sum(own.values())
    yield "\n share  whose code (of Python’s processor time)"
    yield from (f"{spent / total:6.0%}  {name}" for name, spent in own.most_common(20))
    yield f"\n share{'calls':>8}  function, with all that it calls (profiled)"
    ours = sorted((p for p in every if is_ours(p)), key=lambda place: -every[place][3])
    for place in ours[:FUNCTIONS]:
        yield f"{every[place][3] / total:6.0%}{every[place][1] / TURNS:8.1f}  {called(place)}"


def is_ours(place: Place) -> bool:
    """Return whether a function is Handrail's."""
    return place[0].startswith(str(PACKAGES / "handrail"))


def called(place: Place) -> str:
    """Return a function as file and name."""
    file, line, name = place
    return f"{Path(file).relative_to(PACKAGES)}:{line} {name}"


def owner(file: str, name: str) -> str:
    """Return the owner of a function: a room of Handrail, a package, or Python itself."""
    if file.startswith(str(PACKAGES / "handrail")):
        return ".".join(Path(file).relative_to(PACKAGES).parts[:2])
    if "site-packages" in file:
        parts = Path(file.split("site-packages", 1)[1]).parts[1:]
        return ".".join(parts[:2]) if parts[0] == "django" else parts[0]
    return "a template" if file == "<template>" else "Python"


if __name__ == "__main__":
    sys.exit(main())
