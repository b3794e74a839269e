"""Records from a file or from the database, ready to compare."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from handrail.subjects.matching import Outline, outline_of
from handrail.subjects.matching.files import ID, Columns, rows_of


class Record(NamedTuple):
    """One record: its id at the source, and the outline of the person."""

    id: str
    outline: Outline


def of_file(file: Path, columns: Columns) -> Iterator[Record]:
    """Yield the records of a file whose date order is known. Raises Unusable."""
    for row in rows_of(file, columns, (ID,)):
        yield Record(row.get(ID, ""), outline_of(columns.known(row)))


def on_record() -> Iterator[Record]:
    """Yield every subject in Handrail by its stored outline. For the worker, which sees every row."""
    from handrail.subjects.match_records import Outline as Kept

    rows = Kept.objects.order_by("pk").values_list("subject", "packed")
    for subject, packed in rows.iterator(chunk_size=2_000):
        yield Record(str(subject), Outline.unpacked(packed))
