"""Reading a file of values with separators between them: CSV as spreadsheets and databases write it."""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from handrail.cases.imports.tables import Row, Unreadable
from handrail.written.cells import unescaped

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
MOST_IN_A_CELL = 100_000


def read_delimited(path: Path, notes: list[str]) -> Iterator[Row]:
    """The rows of the file. Raises Unreadable for bytes that are no text."""
    text = _decoded(path.read_bytes(), notes)
    separator = separator_of(text)
    notes.append(f"The values are separated by a {SEPARATORS[separator]}.")
    previous = csv.field_size_limit(MOST_IN_A_CELL)
    number = 0
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1
        ):
            yield Row(number, [unescaped(cell) for cell in cells])
    except csv.Error:
        raise Unreadable(
            f"Row {number + 1} has a cell of more than {MOST_IN_A_CELL:,} characters. "
            "A quotation mark may be missing at the end of a value."
        ) from None
    finally:
        csv.field_size_limit(previous)


def _decoded(content: bytes, notes: list[str]) -> str:
    """The text, by its mark of order, as UTF-8, or else as Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded_as("utf-16", content, notes)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append("The file is not UTF-8; it was read as Windows-1252. Check names with accents.")
    return _decoded_as("cp1252", content, notes)


def _decoded_as(encoding: str, content: bytes, notes: list[str]) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(
            f"Line {row} holds bytes that are neither UTF-8 nor Windows-1252. Save the file as CSV UTF-8."
        ) from None


def separator_of(text: str) -> str:
    """The separator that makes the most columns of the first line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda separator: len(next(csv.reader([first], delimiter=separator), [])))
