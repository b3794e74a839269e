"""Records of a file, or those on record, as what is known of somebody."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from handrail.subjects.matching import Known
from handrail.subjects.matching.files import ID, Columns, rows_of


class Record(NamedTuple):
    """One record: by what it is called where it comes from, and what is known of the person."""

    id: str
    known: Known


def of_file(file: Path, columns: Columns) -> Iterator[Record]:
    """The records of a CSV file, one after the other. Raises Unusable."""
    for row in rows_of(file, columns, (ID,)):
        yield Record(row.get(ID, ""), columns.known(row))


def on_record() -> Iterator[Record]:
    """Every subject that Handrail holds, in an order that stays. For the worker, which sees all."""
    from handrail.subjects.models import Subject

    for subject in Subject.objects.order_by("pk").iterator(chunk_size=2_000):
        yield Record(str(subject.pk), subject.known())
