"""Read a workbook: values only, within limits; no formula is ever calculated.

openpyxl parses with defusedxml, a requirement of ours, which refuses XML entity definitions.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from handrail.written.rows import (
    FORMULA,
    LOST,
    MEGABYTE,
    MOST_COLUMNS,
    Row,
    Unreadable,
    fault_of_text,
    is_mangled,
)

MOST_UNPACKED = 400 * MEGABYTE
SMALL = 10 * MEGABYTE
MOST_PACKED = 200  # ratio of unpacked to packed size; real sheets reach about 30
MOST_PARTS = 2_000
MOST_GAP = 1_048_576
MOST_LOOKED, MOST_TITLES = 100, 10
VISIBLE = "visible"
READ, LEAVE_OUT = "read", "leave-out"
SHOWN_ERROR = "#N/A"
KEPT_WHOLE = 10**15  # a spreadsheet stores fifteen digits of a number, and noughts for the rest
HIDDEN = (READ, LEAVE_OUT)
TAGS = re.compile(rb"<(?:\w+:)?(row|col|mergeCell)\b([^>]*)>")
ATTRIBUTES = re.compile(rb"""\b(r|hidden|ht|width|min|ref)\s*=\s*["']([^"']*)["']""")
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


def read_workbook(path: Path, sheet: str, hidden: str, notes: list[str]) -> Iterator[Row]:
    """Yield the rows of one sheet: the named one, or the first visible one.

    `hidden` says what to do with hidden rows: “read” or “leave-out”. Raises Unreadable with what to do.
    """
    try:
        _refuse_bomb(path)
        yield from _rows(path, sheet, hidden, notes)
    except BROKEN:
        raise Unreadable(DAMAGED) from None


def _refuse_bomb(path: Path) -> None:
    """Refuse an archive that would unpack to far more than its size suggests (a zip bomb)."""
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


def _rows(path: Path, sheet: str, hidden: str, notes: list[str]) -> Iterator[Row]:
    with path.open("rb") as file:
        workbook = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
        page = _sheet(workbook, sheet)
        notes.append(f"The sheet “{page.title}” was read{_others(workbook, page)}.")
        layout = layout_of(page)
        _refuse_merged(layout)
        left_out = _left_out(layout, hidden, notes)
        # A sheet may declare a million rows; only rows that exist count.
        page.reset_dimensions()
        for number, cells in enumerate(page.iter_rows(max_row=MOST_GAP), start=1):
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(
                    f"Row {number} reaches {len(cells):,} columns to the right; at most {MOST_COLUMNS} are "
                    "read. Delete the columns beyond the table, empty ones too."
                )
            if number not in left_out and any(cell.value is not None for cell in cells):
                yield _row(number, cells)


def _sheet(workbook: Any, name: str) -> Any:
    """Return the sheet of this name, or the one shown when the workbook is opened."""
    if name and name not in workbook.sheetnames:
        there = ", ".join(f"“{title}”" for title in workbook.sheetnames[:10])
        raise Unreadable(f"The workbook has no sheet “{name}”; it has {there}.")
    if name:
        return workbook[name]
    shown = [page for page in workbook.worksheets if page.sheet_state == VISIBLE]
    filled = [(page, header) for page in shown if (header := _first_cells(page))]
    if not filled:
        raise Unreadable("The workbook has no visible sheet with rows.")
    page, header = filled[0]
    like = [other.title for other, heading in filled if heading == header]
    if len(like) > 1:
        raise Unreadable(
            f"The sheets {_named(like)} have the same columns, and one is read at a time. "
            "Say which: --sheet NAME, or sheet in the mapping file."
        )
    return page


def _first_cells(page: Any) -> tuple[str, ...]:
    """The first row of a sheet in which anything stands, in small letters."""
    page.reset_dimensions()
    for cells in page.iter_rows(max_row=MOST_LOOKED, values_only=True):
        if told := tuple(str(cell).strip().casefold() for cell in cells if cell is not None):
            return told
    return ()


def _others(workbook: Any, page: Any) -> str:
    """Return the names of the sheets that are not read, in words."""
    others = [other for other in workbook.worksheets if other is not page]
    shown = [other.title for other in others if other.sheet_state == VISIBLE]
    hidden = [other.title for other in others if other.sheet_state != VISIBLE]
    own = ", although it is hidden" if page.sheet_state != VISIBLE else ""
    said = [f"; not read: {_named(shown)}"] if shown else []
    said += [f"; hidden, and not read: {_named(hidden)}"] if hidden else []
    return own + "".join(said)


def _named(titles: Sequence[str]) -> str:
    more = f" and {len(titles) - MOST_TITLES} more" if len(titles) > MOST_TITLES else ""
    return ", ".join(f"“{title}”" for title in titles[:MOST_TITLES]) + more


@dataclass(slots=True)
class Layout:
    """The parts of a sheet that a user does not see: hidden rows and columns, merged cells."""

    rows: set[int] = field(default_factory=set)
    columns: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def layout_of(page: Any) -> Layout:
    """Scan the XML of a sheet for its hidden rows and columns and its merged cells."""
    layout = Layout()
    row, rest = 0, b""
    with page._get_source() as source:
        while chunk := source.read(MEGABYTE):
            text = rest + chunk
            end = text.rfind(b">") + 1
            text, rest = text[:end], text[end:]
            for found in TAGS.finditer(text):
                attributes = dict(ATTRIBUTES.findall(found[2]))
                match found[1]:
                    case b"row":
                        row = int(attributes.get(b"r", row + 1))
                        if _is_hidden(attributes):
                            layout.rows.add(row)
                    case b"col" if _is_hidden(attributes):
                        layout.columns.append(get_column_letter(int(attributes[b"min"])))
                    case b"mergeCell":
                        layout.merged.append(attributes.get(b"ref", b"").decode("ascii", "replace"))
    return layout


def _is_hidden(attributes: dict[bytes, bytes]) -> bool:
    flat = any(_is_nought(attributes.get(size)) for size in (b"ht", b"width"))
    return flat or attributes.get(b"hidden") in {b"1", b"true"}


def _is_nought(size: bytes | None) -> bool:
    return size is not None and not size.strip(b"0.")


def _refuse_merged(layout: Layout) -> None:
    if layout.merged:
        raise Unreadable(
            f"Cells are merged ({', '.join(layout.merged[:MOST_TITLES])}): only the first of them holds the "
            "value, and the others would be read as blank. Unmerge them and fill each in."
        )


def _left_out(layout: Layout, hidden: str, notes: list[str]) -> set[int]:
    """Return the rows to skip by `hidden`. Raises Unreadable where rows are hidden and nobody decided."""
    if layout.columns:
        notes.append(f"Hidden columns were read as well: {', '.join(layout.columns[:MOST_TITLES])}.")
    if not layout.rows:
        return set()
    first = ", ".join(map(str, sorted(layout.rows)[:MOST_TITLES]))
    count = f"{len(layout.rows):,} rows are hidden or filtered out in the workbook (row {first}"
    count += " and others)" if len(layout.rows) > MOST_TITLES else ")"
    if hidden not in HIDDEN:
        raise Unreadable(
            f"{count}. Show them all or delete them, or say --hidden read or --hidden leave-out."
        )
    notes.append(f"{count}; they were {'read' if hidden == READ else 'left out'}, as you said.")
    return set() if hidden == READ else layout.rows


def _row(number: int, cells: tuple[Any, ...]) -> Row:
    row = Row(number, [])
    for index, cell in enumerate(cells):
        fault = _fault(cell)
        row.cells.append(_as_it_is(cell) if fault else _text(cell))
        told = row.cells[-1]
        if fault or ((LOST in told or is_mangled(told)) and (fault := fault_of_text(told))):
            row.faults[index] = fault
    while row.cells and not row.cells[-1] and len(row.cells) - 1 not in row.faults:
        row.cells.pop()
    return row


def _as_it_is(cell: Any) -> str:
    """Return a refused cell so marked that a file of errors, read again, is refused too."""
    value = getattr(cell.value, "text", cell.value)
    return f"{FORMULA} {value}" if cell.data_type == "f" else str(value)


def _fault(cell: Any) -> str:
    if cell.data_type == "f":
        return fault_of_text(FORMULA)
    if cell.data_type == "e":
        return fault_of_text(SHOWN_ERROR)
    if isinstance(cell.value, int | float) and abs(cell.value) >= KEPT_WHOLE:
        return "A spreadsheet keeps fifteen digits of a number, and this has more. Type it again, as text."
    return ""


def _text(cell: Any) -> str:
    """Return a value as it would be typed: ISO dates, numbers with their displayed leading noughts."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return _noughts(str(int(value)), cell.number_format)
        case int():
            return _noughts(str(value), cell.number_format)
        case datetime():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _noughts(digits: str, shown: str) -> str:
    """Return a number with the leading noughts of its format: 457 as 00457."""
    return digits.zfill(len(shown)) if shown and not shown.strip("0") else digits
