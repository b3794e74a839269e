"""The command `python -m bench.match`: make the people, run every method, print the figures."""

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.scratch import raw, scratch, server

SEED = 2025


def main() -> int:
    """Run the bench; every line is printed as soon as it is known."""
    given = arguments()
    with scratch(), TemporaryDirectory(prefix="handrail-match-") as folder:
        for line in lines(given, Path(folder)):
            print(line, flush=True)
        print(
            f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {server()}"
        )
    return 0


def arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.match", description=sys.modules["bench.match"].__doc__
    )
    parser.add_argument("--size", type=int, default=20_000, help="how many people are recorded")
    parser.add_argument("--queries", type=int, default=3_000, help="about how many are asked for")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same people")
    parser.add_argument("--data", type=Path, help="a folder of CSV files to ask in as well")
    parser.add_argument("--columns", type=Path, help="what their columns mean, as TOML")
    parser.add_argument(
        "--only", choices=("live",), help="in memory alone, without a database and without the others"
    )
    return parser.parse_args()


def lines(given: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Yield the report line by line."""
    from bench.match import report
    from bench.match.in_files import in_files
    from bench.match.live import Live
    from bench.match.made_up import made_up
    from bench.match.running import Run, asked, beside, in_database, measured

    task, hard, strangers = made_up(given.size, given.queries, given.seed)
    yield f"== {task.name}, {len(task.questions):,} questions, seed {given.seed}"
    live, run = measured(Live, task)
    runs = [
        run,
        *([] if given.only else in_database(task)),
        *beside(task, raw(), folder, slow=not given.only),
    ]
    yield from report.overview(runs)
    for what in ("error", "origin"):
        yield from ("", *report.grouped(runs[:-1], what))
    yield from ("", report.fairness(run))
    yield f"Hardest error: {report.ceiling(task):.3f} is what a name alone could reach, were it spelt right"
    yield from ("", "Beside people who are much alike:")
    yield from report.precision(Run("", asked(live, hard), 0.0), Run("", asked(live, strangers), 0.0))
    if given.data:
        yield from in_files(given.data, given.columns, folder, task, slow=not given.only)


sys.exit(main())
