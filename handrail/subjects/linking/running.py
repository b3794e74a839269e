"""A whole run of linking, in parts that are each done once, so that an interrupted run can continue."""

import csv
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

from handrail.subjects.linking.blocking import MOST
from handrail.subjects.linking.gathering import LAST, Progress, gather
from handrail.subjects.linking.parts import Common, Pair, Part
from handrail.subjects.linking.reading import Record
from handrail.subjects.matching import Commonness, Outline, compare
from handrail.written.private import opened

STRONG = 16.0
PART = 10_000  # records whose pairs make one part
COUNTS, COMMON, ASKED = "commonness.json", "common.json", "asked.json"
NOTHING = 0.01  # bits
HEAD = ("record_id", "other_id", "weight", "strength", "why")


class Changed(ValueError):
    """The folder holds the work of a different run; the message says what to do."""


class Differs(Exception):
    """Splink and the live comparison give a pair different weights; the run must stop."""


class Engine(Protocol):
    """A backend: DuckDB or Spark."""

    def counted(self) -> dict[str, int]: ...

    def prepare(self, count: int, most: int) -> Common: ...

    def pairs(self, part: Part, counts: Path, least: float) -> tuple[int, Iterator[Pair]]: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parameters of a run: the records, the least weight, and how many records may share a key.

    `records` is a text that changes when the records change. Where it is empty no change can be noticed, so
    interrupted reading starts anew.
    """

    records: str
    least: float = STRONG
    most_of_a_key: int = MOST


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a run."""

    records: int
    compared: int
    proposals: int
    common_keys: int
    common_entries: int


def link(
    records: Callable[[], Iterable[Record]],
    wanted: Wanted,
    engine: Engine,
    folder: Path,
    *,
    commonness: Commonness | None = None,
    processes: int = 1,
    reading: Progress,
    comparing: Progress,
) -> Done:
    """Compare all records that share rare keys; `matches` then yields the result.

    Frequencies of names are counted in these records unless given. Raises Changed.
    """
    _same_work(folder, wanted)
    if not wanted.records and not (folder / LAST).exists():
        shutil.rmtree(folder)
        _same_work(folder, wanted)
    count = gather(records(), folder, reading)
    if not count:
        return Done(0, 0, 0, 0, 0)
    counts = _counted(engine, folder, count, commonness)
    common = _prepared(engine, folder, count, wanted.most_of_a_key)
    parts = [Part(at // PART, at, min(at + PART, count), count) for at in range(0, count, PART)]
    left = [part for part in parts if not _found(folder, part.number).exists()]
    comparing(len(parts) - len(left), len(parts))
    work = partial(compare_part, engine=engine, folder=folder, counts=counts, least=wanted.least)
    for done, _ in enumerate(_each(work, left, processes), start=len(parts) - len(left) + 1):
        comparing(done, len(parts))
    told = [json.loads(_told(folder, part.number).read_text()) for part in parts]
    return Done(count, sum(t["compared"] for t in told), sum(t["found"] for t in told), *common)


def matches(folder: Path) -> Iterator[list[str]]:
    """Yield the proposals as rows with the columns of `HEAD`."""
    for path in sorted((folder / "found").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            yield from csv.reader(stream)


def compare_part(part: Part, *, engine: Engine, folder: Path, counts: Path, least: float) -> None:
    """Compare the pairs of one part, and write the possible matches with reasons."""
    commonness = Commonness.unpacked(counts.read_text(encoding="utf-8"))
    compared, pairs = engine.pairs(part, counts, least)
    rows = [_row(pair, commonness) for pair in pairs]
    path = _found(folder, part.number)
    path.parent.mkdir(exist_ok=True)
    _told(folder, part.number).write_text(json.dumps({"compared": compared, "found": len(rows)}))
    with opened(path.with_suffix(".part")) as stream:
        csv.writer(stream).writerows(rows)
    path.with_suffix(".part").rename(path)


def _row(pair: Pair, commonness: Commonness) -> tuple[str, ...]:
    """Return a proposal as text. Raises Differs where the live comparison gives another weight."""
    likeness = compare(Outline.unpacked(pair.outline), Outline.unpacked(pair.other_outline), commonness)
    if abs(likeness.weight - pair.weight) > NOTHING:
        raise Differs(f"Splink gives a pair {pair.weight} bits, the live comparison {likeness.weight}.")
    return pair.other, pair.one, f"{likeness.weight:g}", likeness.strength.value, likeness.why


def _each(work: Callable[[Part], None], parts: list[Part], processes: int) -> Iterator[None]:
    """Do every part, in several processes where asked for."""
    if processes == 1:
        yield from map(work, parts)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(work, part) for part in parts]):
            yield future.result()


def _same_work(folder: Path, wanted: Wanted) -> None:
    """Note the parameters of the run in the folder. Raises Changed where the folder holds others."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path, text = folder / ASKED, json.dumps(asdict(wanted))
    if path.exists() and path.read_text() != text:
        raise Changed(f"{folder} holds work on something else. Name another folder, or remove it.")
    path.write_text(text)


def _counted(engine: Engine, folder: Path, people: int, given: Commonness | None) -> Path:
    path = folder / COUNTS
    if not path.exists():
        _write(path, (given or Commonness(people, engine.counted())).packed())
    return path


def _prepared(engine: Engine, folder: Path, count: int, most: int) -> Common:
    path = folder / COMMON
    if not path.exists():
        _write(path, json.dumps(engine.prepare(count, most)))
    return Common(*json.loads(path.read_text()))


def _write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.rename(path)


def _found(folder: Path, number: int) -> Path:
    return folder / "found" / f"{number:06}.csv"


def _told(folder: Path, number: int) -> Path:
    return folder / "found" / f"{number:06}.json"
