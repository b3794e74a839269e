"""The command: build, measure, print, and write the figures to a file where one is named."""

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bench.scratch import scratch, server, settle

if TYPE_CHECKING:
    from bench.timing import Figure

SIZES = (1_000, 10_000, 100_000)
SMALLEST = 1_000


def main() -> int:
    """Run the bench; the exit status is 1 when a goal is missed."""
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that the scratch folder goes in any case
    with scratch():
        from bench.goals import missed

        figures = list(measured(given.sizes))
        sentences = list(missed(figures))
        machine = (
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {server()}"
        )
    print(table(figures))
    print(f"\n{machine}")
    print("\n".join(sentences) or "Every goal is met.")
    if given.out:
        found = {
            "machine": machine,
            "missed": sentences,
            "figures": [asdict(f) | {"ratio": f.ratio} for f in figures],
        }
        given.out.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if sentences else 0


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=sys.modules["bench"].__doc__)
    parser.add_argument(
        "--sizes", type=sizes, default=SIZES, help="numbers of cases, ascending: 1000,10000,100000"
    )
    parser.add_argument("--out", type=Path, help="a file for the figures, as JSON")
    return parser.parse_args()


def sizes(text: str) -> tuple[int, ...]:
    """The sizes named on the command line. Raises ValueError where they are too small or do not ascend."""
    found = tuple(int(part) for part in text.replace("_", "").split(","))
    if found[0] < SMALLEST or list(found) != sorted(set(found)):
        raise ValueError(text)
    return found


def measured(sizes: Sequence[int]) -> Iterator["Figure"]:
    """Grow to each size in turn, and measure everything there."""
    from bench import need_to_know, pages, work
    from bench.readers import readers
    from bench.volume import Volume

    volume = Volume()
    for size in sizes:
        start = perf_counter()
        volume.grow(size)
        who = readers()
        settle()
        say(f"{size:,} cases stand after {perf_counter() - start:.0f} s")
        rooms = (pages.measure(size, who), need_to_know.measure(size, who), work.measure(size, volume, who))
        for figure in chain.from_iterable(rooms):
            say(f"  {figure.name}: {figure.median:.1f} ms")
            yield figure


def say(words: str) -> None:
    """Tell how far it is, beside the result."""
    print(words, file=sys.stderr, flush=True)


def table(figures: Sequence["Figure"]) -> str:
    """The figures as a table: one row for each thing, one group of columns for each size."""
    from bench.goals import growth

    titles = (
        f"{'median ms':>11}{'p95 ms':>10}{'queries':>9}{'cpu ms':>9}{'floor ms':>10}{'ratio':>7}{'growth':>8}"
    )
    lines = [f"{'':26}{'cases':>9}{titles}"]
    for name in dict.fromkeys(f.name for f in figures):
        same = [f for f in figures if f.name == name]
        for f in same:
            grown = f"{growth(figures, name):+8.0%}" if f is same[-1] and len(same) > 1 else ""
            name_once = name if f is same[0] else ""
            cost = f"{f.median:>11.1f}{f.p95:>10.1f}{f.queries:>9}{f.processor:>9.1f}{f.floor:>10.1f}"
            lines.append(f"{name_once:26}{f.size:>9,}{cost}{f.ratio:>7.1f}{grown}")
    return "\n".join(lines)


sys.exit(main())
