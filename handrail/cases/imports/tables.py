"""A table from a file: its header, and its rows as text with what is wrong in single cells."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

MOST_BYTES = 40 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 500
MEGABYTE = 1024 * 1024

WORKBOOK = b"PK\x03\x04"
OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """The file cannot be imported at all; the message says what to do."""


@dataclass(slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, its cells, and what is wrong by index of the cell."""

    number: int
    cells: list[str]
    faults: dict[int, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all stands in it."""
        return not self.faults and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds; `notes` say what was assumed in reading it."""

    header: list[str]
    rows: list[Row]
    notes: list[str]


def read_table(path: Path, sheet: str = "") -> Table:
    """Read a CSV file or a workbook. Raises Unreadable with what to do about a file that is neither."""
    reader = _reader(path, sheet)
    notes: list[str] = []
    return _table(reader(notes), notes)


def _reader(path: Path, sheet: str) -> Callable[[list[str]], Iterable[Row]]:
    from handrail.cases.imports.delimited import read_delimited
    from handrail.cases.imports.workbooks import read_workbook

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
        return lambda notes: read_workbook(path, sheet, notes)
    if suffix in {".xlsx", ".xlsm"}:
        raise Unreadable(
            f"This is no workbook, although its name ends in “{suffix}”. If it is CSV, name it .csv."
        )
    if suffix not in {".csv", ".tsv", ".txt"}:
        raise Unreadable(f"A file that ends in “{suffix}” cannot be imported. Save it as .csv or .xlsx.")
    return lambda notes: read_delimited(path, notes)


def _start(path: Path) -> bytes:
    """The first bytes of the file, after a look at its size."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise Unreadable(f"The file cannot be opened: {error.strerror}.") from None
    if not size:
        raise Unreadable("The file is empty.")
    if size > MOST_BYTES:
        raise Unreadable(
            f"The file has {size / MEGABYTE:,.0f} MB; at most {MOST_BYTES // MEGABYTE} MB are read at once. "
            "Split it into smaller files; rows that were imported before are skipped."
        )
    return start


def _table(found: Iterable[Row], notes: list[str]) -> Table:
    """The first row that is not blank is the header; blank rows are left out."""
    rows = (row for row in found if not row.is_blank)
    first = next(iter(rows), None)
    if first is None:
        raise Unreadable("The file has no header: its first row must name the columns.")
    header = [cell.strip() for cell in first.cells]
    while header and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise Unreadable(f"The header has {len(header):,} columns; at most {MOST_COLUMNS} are read.")
    kept: list[Row] = []
    for row in rows:
        if len(kept) == MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it into smaller files.")
        kept.append(_fitted(row, len(header)))
    if not kept:
        raise Unreadable("The file has a header but no rows below it.")
    return Table(header, kept, notes)


def _fitted(row: Row, width: int) -> Row:
    """The row with as many cells as the header; what stands beyond it is a fault of its last cell."""
    beyond = [cell for cell in row.cells[width:] if cell.strip()]
    if beyond:
        row.faults[width - 1] = (
            f"The row has {len(beyond)} more filled cells than the header. "
            "A value that holds the separator must stand in quotation marks."
        )
    row.cells = row.cells[:width] + [""] * (width - len(row.cells))
    return row
