"""Read people and pairs of names from CSV files, whose columns `columns.toml` maps."""

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
    """Two names, and whether they are spellings of one name."""

    one: str
    other: str
    same: bool


def columns(path: Path | None) -> dict[str, list[str]]:
    """Return the meaning of each column; of several sources the first that is present and filled counts."""
    told: dict[str, list[str]] = tomllib.loads((path or COLUMNS).read_text(encoding="utf-8"))
    return told


def tasks(folder: Path, meanings: Mapping[str, list[str]]) -> Iterator[Task]:
    """Yield a task for every labelled file: each record is searched for among the others."""
    for path in sorted(folder.glob("*.csv")):
        rows = _rows(path)
        if rows and "true_id" in rows[0]:
            yield _task(path.stem, rows, meanings)


def pairs(folder: Path) -> Iterator[tuple[str, list[Pair]]]:
    """Yield the pairs of every file with two names a row; without a verdict a pair counts as one name."""
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
    """Return the task's questions, asked among the people of another task too."""
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
    """Return the first filled source; a source may be several columns, joined."""
    for source in sources:
        if text := " ".join(row.get(column, "") or "" for column in source.split("+")).strip():
            return text
    return ""
