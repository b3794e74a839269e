"""Reading a workbook: values only, within bounds, and no formula is ever calculated.

openpyxl parses through defusedxml, which is among our requirements: a definition of entities is an error.
"""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from handrail.cases.imports.tables import MEGABYTE, MOST_COLUMNS, Row, Unreadable

MOST_UNPACKED = 400 * MEGABYTE
SMALL = 10 * MEGABYTE
MOST_PACKED = 200  # times smaller than what it holds; real sheets reach about 30
MOST_PARTS = 2_000
MOST_GAP = 1_048_576
DAMAGED = "The workbook is damaged. Open it in a spreadsheet and save it again as .xlsx, or as CSV."
BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
)


def read_workbook(path: Path, sheet: str, notes: list[str]) -> Iterator[Row]:
    """The rows of one sheet, the first unless named. Raises Unreadable with what to do."""
    try:
        _refuse_bomb(path)
        yield from _rows(path, sheet, notes)
    except BROKEN:
        raise Unreadable(DAMAGED) from None


def _refuse_bomb(path: Path) -> None:
    """Refuse an archive that would unpack to far more than it looks."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("This archive is encrypted. Save it as an .xlsx workbook without a password.")
    unpacked = sum(part.file_size for part in parts)
    dense = any(p.file_size > SMALL and p.file_size > MOST_PACKED * max(p.compress_size, 1) for p in parts)
    if unpacked > MOST_UNPACKED or dense or len(parts) > MOST_PARTS:
        raise Unreadable(
            f"The workbook unpacks to {unpacked / MEGABYTE:,.0f} MB, more than any table of referrals needs. "
            "Remove pictures, other sheets and empty formatted rows, or save the one sheet as CSV."
        )


def _rows(path: Path, sheet: str, notes: list[str]) -> Iterator[Row]:
    with path.open("rb") as file:
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        page = _sheet(workbook, sheet)
        notes.append(f"The sheet “{page.title}” was read.")
        # A sheet may claim a million rows; only those that are there count.
        page.reset_dimensions()
        for number, cells in enumerate(page.iter_rows(max_row=MOST_GAP), start=1):
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(
                    f"Row {number} reaches {len(cells):,} columns to the right; at most {MOST_COLUMNS} are "
                    "read. Delete the columns beyond the table, empty ones too."
                )
            if any(cell.value is not None for cell in cells):
                yield _row(number, cells)


def _sheet(workbook: Any, name: str) -> Any:
    if name and name not in workbook.sheetnames:
        there = ", ".join(f"“{title}”" for title in workbook.sheetnames[:10])
        raise Unreadable(f"The workbook has no sheet “{name}”; it has {there}.")
    pages = [workbook[name]] if name else list(workbook.worksheets)
    if not pages:
        raise Unreadable("The workbook has no sheet with rows.")
    return pages[0]


def _row(number: int, cells: tuple[Any, ...]) -> Row:
    row = Row(number, [])
    for index, cell in enumerate(cells):
        fault = _fault(cell)
        row.cells.append("" if fault else _text(cell.value))
        if fault:
            row.faults[index] = fault
    while row.cells and not row.cells[-1] and len(row.cells) - 1 not in row.faults:
        row.cells.pop()
    return row


def _fault(cell: Any) -> str:
    if cell.data_type == "f":
        return "This is a formula; replace the formula by its value."
    if cell.data_type == "e":
        return "The cell shows an error of the spreadsheet; replace it by a value."
    return ""


def _text(value: Any) -> str:
    """A value as it would be typed; dates by the ISO standard."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)
