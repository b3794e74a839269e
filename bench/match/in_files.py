"""The report on files: labelled records, and pairs of names."""

from collections.abc import Iterator
from pathlib import Path

from bench.match import report, spellings
from bench.match.asking import Task
from bench.match.files import among, columns, pairs, tasks
from bench.match.live import Live
from bench.match.running import beside, measured
from bench.scratch import raw

EACH = 30.0  # seconds for the live method in one file
PADDED = "febrl"  # files whose records are searched among the made-up people too


def in_files(data: Path, meanings: Path | None, folder: Path, people: Task, *, slow: bool) -> Iterator[str]:
    """Yield the report on every file of the folder, line by line."""
    for task in tasks(data, columns(meanings)):
        wide = among(task, people) if task.name.startswith(PADDED) else task
        yield from ("", f"== {wide.name}: {len(task.questions):,} questions")
        runs = [measured(Live, wide, EACH)[1], *beside(wide, raw(), folder, slow=slow)]
        yield from report.overview(runs)
    yield from (
        "",
        f"{'pairs of names':26}{'pairs':>8}{'by keys':>9}{'false':>8}{'by weight':>11}{'false':>8}",
    )
    for name, found in pairs(data):
        keyed, weighed = spellings.by_keys(found), spellings.by_weight(found)
        shares = f"{keyed.true:9.3f}{keyed.false:8.3f}{weighed.true:11.3f}{weighed.false:8.3f}"
        yield f"{name:26}{len(found):>8,}{shares}"
