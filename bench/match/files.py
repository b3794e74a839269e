"""People and pairs of names out of CSV files whose columns `columns.toml` explains."""

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bench.match.asking import Question, Task
from bench.people.errors import Asked

COLUMNS = Path(__file__).with_name("columns.toml")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names, and whether they are spellings of one."""

    one: str
    other: str
    same: bool


def columns(path: Path | None) -> dict[str, list[str]]:
    """Which columns of a file hold what: those named first that are there and filled are taken."""
    told: dict[str, list[str]] = tomllib.loads((path or COLUMNS).read_text(encoding="utf-8"))
    return told


def tasks(folder: Path, meanings: Mapping[str, list[str]]) -> Iterator[Task]:
    """A task for every file whose records say whose they are: each record is asked for among the others."""
    for path in sorted(folder.glob("*.csv")):
        rows = _rows(path)
        if rows and "true_id" in rows[0]:
            yield _task(path.stem, rows, meanings)


def pairs(folder: Path) -> Iterator[tuple[str, list[Pair]]]:
    """The pairs of every file that has two names a row; without a verdict beside them they are of one."""
    for path in sorted(folder.glob("*.csv")):
        rows = _rows(path)
        if rows and "name1" in rows[0]:
            yes = {"1", "true"}
            yield (
                path.stem,
                [Pair(r["name1"], r["name2"], r.get("is_match", "1").lower() in yes) for r in rows],
            )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _task(name: str, rows: list[dict[str, str]], meanings: Mapping[str, list[str]]) -> Task:
    known = {row["record_id"]: _asked(row, meanings) for row in rows}
    whose: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        whose[row["true_id"]].add(row["record_id"])
    questions = [
        Question(known[row["record_id"]], frozenset(others), error=name, itself=row["record_id"])
        for row in rows
        if (others := whose[row["true_id"]] - {row["record_id"]})
    ]
    examples = [(row["true_id"], known[row["record_id"]]) for row in rows]
    return Task(name, lambda: iter(known.items()), questions, len(rows), examples)


def among(task: Task, more: Task) -> Task:
    """The same questions, with the people of another task beside."""
    together = f"{task.name} among {more.size:,}"
    return Task(
        together,
        lambda: chain(task.people(), more.people()),
        task.questions,
        task.size + more.size,
        task.examples,
    )


def _asked(row: Mapping[str, str], meanings: Mapping[str, list[str]]) -> Asked:
    held = {field: _held(row, sources) for field, sources in meanings.items()}
    if not held.get("given_name") and not held.get("family_name"):
        held["given_name"] = held.get("full_name", "")
    held.pop("full_name", None)
    return Asked(**held)


def _held(row: Mapping[str, str], sources: list[str]) -> str:
    """What the first of the sources holds that holds anything; a source may be several columns, joined."""
    for source in sources:
        if text := " ".join(row.get(column, "") or "" for column in source.split("+")).strip():
            return text
    return ""
