"""The command `python -m bench`: build, measure, print, and save the figures; or print saved ones."""

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bench.scratch import scratch, server, settle

if TYPE_CHECKING:
    from bench.timing import Crowd, Figure

SIZES = (1_000, 10_000, 100_000)
SMALLEST = 200


def main() -> int:
    """Run the bench; the exit status is 1 when a goal is missed."""
    given = arguments()
    if given.show:
        return shown(given.show)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that the scratch folder is removed in any case
    with scratch():
        if given.write_queries:
            from bench import queries

            queries.write(queries.found())
            return 0
        figures, crowds = measured(given.sizes)
        machine = (
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {server()}"
        )
    return report(figures, crowds, machine, given.out)


def report(figures: "Sequence[Figure]", crowds: "Sequence[Crowd]", machine: str, out: Path | None) -> int:
    """Print the figures, and write them to `out` if given; return 1 when a goal is missed."""
    from bench.goals import missed

    sentences = list(missed(figures, crowds))
    print(table(figures))
    print("", *crowds, "", machine, *(sentences or ["Every goal is met."]), sep="\n")
    if out:
        found = {
            "machine": machine,
            "missed": sentences,
            "figures": [asdict(f) | {"ratio": f.ratio} for f in figures],
            "crowds": [asdict(crowd) for crowd in crowds],
        }
        out.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if sentences else 0


def shown(path: Path) -> int:
    """Print the figures of an earlier run, and compare them with the present goals."""
    from bench.timing import Crowd, Figure, Kind, Waits

    found = json.loads(path.read_text(encoding="utf-8"))
    figures = [
        Figure(**{key: value for key, value in f.items() if key != "ratio"} | {"kind": Kind(f["kind"])})
        for f in found["figures"]
    ]
    crowds = [
        Crowd(**c | {"pages": {name: Waits(**waits) for name, waits in c["pages"].items()}})
        for c in found["crowds"]
    ]
    return report(figures, crowds, found["machine"], None)


def arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=sys.modules["bench"].__doc__)
    parser.add_argument(
        "--sizes", type=sizes, default=SIZES, help="numbers of cases, ascending: 1000,10000,100000"
    )
    parser.add_argument("--out", type=Path, help="a file for the figures, as JSON")
    parser.add_argument("--show", type=Path, help="measure nothing: print the figures of such a file")
    parser.add_argument(
        "--write-queries", action="store_true", help="count statements alone, and write bench/queries.toml"
    )
    return parser.parse_args()


def sizes(text: str) -> tuple[int, ...]:
    """Return the sizes named on the command line. Raises ValueError if too small or not ascending."""
    found = tuple(int(part) for part in text.replace("_", "").split(","))
    if found[0] < SMALLEST or list(found) != sorted(set(found)):
        raise ValueError(text)
    return found


def measured(sizes: Sequence[int]) -> "tuple[list[Figure], list[Crowd]]":
    """Grow the data to each size in turn, and measure everything there."""
    from bench import crowd, need_to_know, pages, work
    from bench.readers import readers
    from bench.volume import Volume

    figures, crowds = [], []
    volume = Volume.up_to(sizes[-1])
    for size in sizes:
        start = perf_counter()
        volume.grow(size)
        who = readers()
        settle()
        say(f"{size:,} cases stand after {perf_counter() - start:.0f} s")
        rooms = (pages.measure(size, who), need_to_know.measure(size, who), work.measure(size, volume, who))
        for figure in chain.from_iterable(rooms):
            say(f"  {figure.name}: {figure.median:.1f} ms")
            figures.append(figure)
        crowds.append(crowd.measure(size))
        say(f"  {crowds[-1]}")
    return figures, crowds


def say(words: str) -> None:
    """Print progress, on standard error."""
    print(words, file=sys.stderr, flush=True)


def table(figures: "Sequence[Figure]") -> str:
    """Return the figures as a table: a row for each thing, a group of columns for each size."""
    from bench.goals import growth

    titles = (
        f"{'median ms':>11}{'p95 ms':>10}{'queries':>9}{'cpu ms':>9}{'floor ms':>10}{'ratio':>7}{'growth':>8}"
    )
    wide = max(len(f.name) for f in figures)
    lines = [f"{'':{wide}}{'cases':>9}{titles}"]
    for name in dict.fromkeys(f.name for f in figures):
        same = [f for f in figures if f.name == name]
        for f in same:
            grown = f"{growth(figures, name):+8.0%}" if f is same[-1] and len(same) > 1 else ""
            name_once = name if f is same[0] else ""
            cost = f"{f.median:>11.1f}{f.p95:>10.1f}{f.queries:>9}{f.processor:>9.1f}{f.floor:>10.1f}"
            lines.append(f"{name_once:{wide}}{f.size:>9,}{cost}{f.ratio:>7.1f}{grown}")
    return "\n".join(lines)


sys.exit(main())
