"""Read a table from a file: its header, and its rows as text with the faults of single cells."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from handrail.written.delimited import read_delimited
from handrail.written.letters import seen
from handrail.written.rows import MEGABYTE, MOST_COLUMNS, Row, Unreadable
from handrail.written.workbooks import read_workbook

MOST_BYTES = 40 * 1024 * 1024
MOST_ROWS = 50_000
WORKBOOK = b"PK\x03\x04"
OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
MOST_ABOVE, FEWEST_TITLES = 10, 4


@dataclass(frozen=True, slots=True)
class Table:
    """The content of a file; `notes` list the assumptions made in reading it."""

    header: list[str]
    rows: list[Row]
    notes: list[str]


def read_table(path: Path, sheet: str = "", hidden: str = "") -> Table:
    """Read a whole CSV file or workbook. Raises Unreadable, with what to do, for any other file."""
    if _size(path) > MOST_BYTES:
        raise Unreadable(
            f"The file has {_size(path) / MEGABYTE:,.0f} MB; at most {MOST_BYTES // MEGABYTE} MB are read at "
            "once. Split it into smaller files; rows that were imported before are skipped."
        )
    notes: list[str] = []
    header, rows = open_table(path, notes, sheet, hidden)
    kept: list[Row] = []
    for row in rows:
        if len(kept) == MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it into smaller files.")
        kept.append(row)
    if not kept:
        raise Unreadable("The file has a header but no rows below it.")
    return Table(header, kept, notes)


def open_table(
    path: Path, notes: list[str], sheet: str = "", hidden: str = ""
) -> tuple[list[str], Iterator[Row]]:
    """Return the header of a file and an iterator over its rows.

    Raises Unreadable, also while the rows are read.
    """
    rows: Iterator[Row] = (row for row in _reader(path, sheet, hidden)(notes) if not row.is_blank)
    first = next(rows, None)
    if first is None:
        raise Unreadable("The file has no header: its first row must name the columns.")
    header = [" ".join(seen(cell).split()) for cell in first.cells]
    while header and not header[-1]:
        header.pop()
    if len(header) == 1:
        rows = _not_a_title(first, rows)
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"The header has {len(header):,} columns; at most {MOST_COLUMNS} are read.")
    return header, (_fitted(row, len(header)) for row in rows)


def _not_a_title(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the rows below a one-column header. Raises Unreadable if a wider row shows it is a title."""
    looked = list(islice(rows, MOST_ABOVE))
    wide = next((row for row in looked if sum(map(bool, row.cells)) >= FEWEST_TITLES), None)
    if wide:
        raise Unreadable(
            f"The first row that is not blank, row {first.number}, has one cell, and row {wide.number} has "
            f"{sum(map(bool, wide.cells))}. The header must stand first: delete what stands above it."
        )
    return chain(looked, rows)


def _reader(path: Path, sheet: str, hidden: str) -> Callable[[list[str]], Iterable[Row]]:
    start = _start(path)
    suffix = path.suffix.lower()
    if start.startswith(OLD_OR_ENCRYPTED):
        raise Unreadable(
            "This workbook is protected with a password, or in the old .xls format. Save it as an .xlsx "
            "workbook without a password, or as CSV."
        )
    if start.startswith(WORKBOOK):
        if suffix not in {".xlsx", ".xlsm"}:
            raise Unreadable(
                f"This is a workbook or an archive, but its name ends in “{suffix}”. Save it as .xlsx."
            )
        return lambda notes: read_workbook(path, sheet, hidden, notes)
    if suffix in {".xlsx", ".xlsm"}:
        raise Unreadable(
            f"This is not a workbook, although its name ends in “{suffix}”. If it is CSV, name it .csv."
        )
    if suffix not in {".csv", ".tsv", ".txt"}:
        raise Unreadable(f"A file that ends in “{suffix}” cannot be imported. Save it as .csv or .xlsx.")
    return lambda notes: read_delimited(path, notes)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise Unreadable(f"The file cannot be opened: {error.strerror}.") from None


def _start(path: Path) -> bytes:
    """Return the first bytes of the file."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise Unreadable(f"The file cannot be opened: {error.strerror}.") from None
    if not start:
        raise Unreadable("The file is empty.")
    return start


def _fitted(row: Row, width: int) -> Row:
    """Return the row cut or filled to the header's width; a difference is a fault of its last cell."""
    row.beyond = row.cells[width:] if any(cell.strip() for cell in row.cells[width:]) else []
    row.short = max(width - len(row.cells), 0)
    if row.beyond:
        row.faults[width - 1] = (
            f"The row has {len(row.beyond)} more filled cells than the header. "
            "A value that holds the separator must stand in quotation marks."
        )
    elif row.short:
        row.faults[width - 1] = (
            f"The row has {row.short} cells fewer than the header. A line break in a value must stand in "
            "quotation marks; where cells are blank, their separators must be there. An .xlsx workbook needs "
            "neither."
        )
    row.cells = row.cells[:width] + [""] * row.short
    return row
