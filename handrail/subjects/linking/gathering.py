"""Outlines, keys and counts of all records, in files that a database reads.

Records are taken in batches, each in files of its own that are named when they are whole: whoever was stopped goes
on with the batch that is missing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as arrow
from pyarrow import parquet

from handrail.subjects.linking.reading import Record
from handrail.subjects.matching import Outline, outline_of, rungs_of

BATCH = 20_000
LAST = "read.txt"
Told = Callable[[int, int], None]


def gather(records: Iterable[Record], folder: Path, told: Told) -> int:
    """Write what is needed of every record, and return how many there are."""
    if (folder / LAST).exists():
        return int((folder / LAST).read_text())
    count = 0
    for number, batch in enumerate(_batches(records)):
        if not whole(folder / "counts", number).exists():
            _write(batch, count, folder, number)
        count += len(batch)
        told(count, 0)
    (folder / LAST).write_text(str(count))
    return count


def whole(folder: Path, number: int) -> Path:
    """The file of a batch."""
    return folder / f"{number:06}.parquet"


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _write(batch: Sequence[Record], start: int, folder: Path, number: int) -> None:
    """A batch: its outlines, its keys, and last what it counts, whose file says that all is there."""
    outlines = [outline_of(record.known) for record in batch]
    numbers = range(start, start + len(batch))
    packed = {"number": numbers, "id": [r.id for r in batch], "outline": [o.packed() for o in outlines]}
    keep(
        {"number": arrow.int64(), "id": arrow.string(), "outline": arrow.string()},
        packed,
        folder / "records",
        number,
    )
    rows = [(key, own) for own, outline in zip(numbers, outlines, strict=True) for key in keys(outline)]
    columns = {"key": [key for key, _ in rows], "number": [own for _, own in rows]}
    keep({"key": arrow.int64(), "number": arrow.int64()}, columns, folder / "keys", number)
    seen = Counter(what for outline in outlines for what in outline.countable)
    counts = {"what": list(seen), "often": list(seen.values())}
    keep({"what": arrow.string(), "often": arrow.int64()}, counts, folder / "counts", number)


def keys(outline: Outline) -> frozenset[int]:
    """The keys by which a record finds others, and is found: those of the first two rungs of the live search."""
    return frozenset().union(*rungs_of(outline)[:2])


def keep(kinds: dict[str, Any], columns: dict[str, Any], folder: Path, number: int) -> None:
    """Write a table under another name, and name it when it is whole."""
    folder.mkdir(exist_ok=True)
    path = whole(folder, number)
    table = arrow.table({name: arrow.array(columns[name], kind) for name, kind in kinds.items()})
    parquet.write_table(table, path.with_suffix(".part"))
    path.with_suffix(".part").rename(path)
