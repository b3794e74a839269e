"""Outlines, keys and counts of all records, written to files that a database reads.

Records are taken in batches. The files of a batch get their final names when complete, so an interrupted
run continues with the first missing batch.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from handrail.subjects.linking.reading import Record
from handrail.subjects.matching import Outline, rungs_of

BATCH = 20_000
LAST = "read.txt"
RECORDS = {"number": pa.int64(), "id": pa.string(), "outline": pa.string()}
KEYS = {"key": pa.int64(), "number": pa.int64()}
COUNTS = {"what": pa.string(), "often": pa.int64()}
Progress = Callable[[int, int], None]


def gather(records: Iterable[Record], folder: Path, progress: Progress) -> int:
    """Write the outline, keys and counts of every record; return the number of records."""
    if (folder / LAST).exists():
        return int((folder / LAST).read_text())
    count = 0
    for number, batch in enumerate(_batches(records)):
        if not whole(folder / "counts", number).exists():
            _write(batch, count, folder, number)
        count += len(batch)
        progress(count, 0)
    (folder / LAST).write_text(str(count))
    return count


def whole(folder: Path, number: int) -> Path:
    """Return the path of a batch's file."""
    return folder / f"{number:06}.parquet"


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _write(batch: Sequence[Record], start: int, folder: Path, number: int) -> None:
    """Write the files of a batch: outlines, keys, and last the counts, which mark the batch as complete."""
    outlines = [record.outline for record in batch]
    numbers = range(start, start + len(batch))
    ids, packed = [record.id for record in batch], [outline.packed() for outline in outlines]
    write_table(RECORDS, {"number": numbers, "id": ids, "outline": packed}, folder / "records", number)
    rows = [(key, own) for own, outline in zip(numbers, outlines, strict=True) for key in keys(outline)]
    held = {"key": [key for key, _ in rows], "number": [own for _, own in rows]}
    write_table(KEYS, held, folder / "keys", number)
    seen = Counter(what for outline in outlines for what in outline.countable)
    write_table(COUNTS, {"what": list(seen), "often": list(seen.values())}, folder / "counts", number)


def keys(outline: Outline) -> frozenset[int]:
    """Return the keys for blocking: the first two rungs of the live search."""
    return frozenset().union(*rungs_of(outline)[:2])


def write_table(kinds: dict[str, Any], columns: dict[str, Any], folder: Path, number: int) -> None:
    """Write a table under a temporary name, and rename it when complete."""
    folder.mkdir(exist_ok=True)
    path = whole(folder, number)
    table = pa.table({name: pa.array(columns[name], kind) for name, kind in kinds.items()})
    parquet.write_table(table, path.with_suffix(".part"))
    path.with_suffix(".part").rename(path)
