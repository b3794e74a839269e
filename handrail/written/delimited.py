"""Read delimited files: CSV as spreadsheets and databases write it.

Reading is strict: a file is refused rather than guessed at. A quotation mark that is never closed merges
many rows into one, and a wrong encoding changes every name that is not ASCII.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from handrail.written.cells import unescaped
from handrail.written.rows import LOST, MEGABYTE, Row, Unreadable, fault_of_text, is_mangled

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
MOST_IN_A_CELL = 100_000
SAMPLE = 65_536
# A line “sep=;” before the header, with characters that an editor or spreadsheet added when it saved the
# file.
SAID = re.compile(r'\s*"?sep *= *(\\t|[^\w"\s]|\t)"?(?:\1|[ \t])*(?:\r\n|\r|\n)', re.IGNORECASE)
TAB_IN_WORDS = "\\t"
# UTF-8 bytes of other alphabets decoded as Windows-1252; no real name looks like this.
OTHER_ALPHABET = re.compile(
    "[A-Za-z][¢£¤¥¦¨¬¯±³¶¹¼¾¿†‡ˆ‰]|[¢£¤¥¦¨¬¯±³¶¹¼¾][a-z]|[þðýÞÐÝ]|[a-z][À-ÖØ-ÞŠŽŸ]|[À-ÖØ-öø-ÿ]{3}"
)
AS_TEXT = re.compile(r'="([^"]*)"')  # used by exports to stop a spreadsheet turning 00457 into 457
LINE_ENDS = re.compile(r"\r\n|\r|\n")
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAVE = "Save the file as CSV UTF-8."


def read_delimited(path: Path, notes: list[str]) -> Iterator[Row]:
    """Yield the rows of the file. Raises Unreadable where the table cannot be trusted."""
    encoding = encoding_of(path, notes)
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield from _rows(file, notes)
    except UnicodeDecodeError:
        raise Unreadable(
            f"The file ends in the middle of a character, or is damaged: it is not UTF-8 text. {SAVE}"
        ) from None


def _rows(file: IO[str], notes: list[str]) -> Iterator[Row]:
    separator, skipped = _separator(file)
    notes.append(f"The values are separated by a {SEPARATORS.get(separator, separator)}.")
    reader = csv.reader(file, delimiter=separator, strict=True)
    previous = csv.field_size_limit(MOST_IN_A_CELL)
    number, line, width = 0, skipped + 1, 0
    try:
        for number, cells in enumerate(reader, start=1):
            width = width or (len(cells) if any(cells) else 0)
            if number > 1 and swallows_a_row(cells, width, separator):
                raise Unreadable(_open_mark(line, skipped + reader.line_num))
            yield _row(number, cells)
            line = skipped + reader.line_num + 1
        notes.append(f"{line - 1:,} lines were read as {number:,} rows, blank ones and the header included.")
    except csv.Error as error:
        raise Unreadable(_broken(str(error), line, skipped + reader.line_num)) from None
    finally:
        csv.field_size_limit(previous)


def _row(number: int, cells: list[str]) -> Row:
    """Return the row with the faults of single cells; the common case costs one look at each cell."""
    row = Row(number, cells)
    for index, cell in enumerate(cells):
        if cell and (cell[0] in "'= \t#" or LOST in cell or is_mangled(cell)):
            fault = fault_of_text(cell)
            if fault:
                row.faults[index] = fault
            else:
                cells[index] = _as_text(cell)
    return row


def swallows_a_row(cells: list[str], width: int, separator: str) -> bool:
    """Return whether a multi-line cell contains the rest of its row and the beginning of other rows.

    Two unclosed quotation marks together cause that. In prose a blank follows a comma, in data it does not.
    """
    return any(
        _holds_rows(cell, index, width, separator)
        for index, cell in enumerate(cells)
        if "\n" in cell or "\r" in cell
    )


def _holds_rows(cell: str, index: int, width: int, separator: str) -> bool:
    if width < 2:
        return False
    tight = re.compile(f"{re.escape(separator)}(?! )")
    first, *inner, last = (len(tight.findall(line)) for line in LINE_ENDS.split(cell))
    whole = any(separators >= width - 1 for separators in inner)
    return whole or (first >= width - 1 - index and last >= index)


def _open_mark(first: int, last: int) -> str:
    return (
        f"A cell that begins in line {first} reaches over rows up to line {last}: a quotation mark is opened "
        "and not closed. Close it there, or write it twice where it belongs to the text."
    )


def _broken(error: str, first: int, last: int) -> str:
    if "end of data" in error:
        return (
            f"The file ends inside a quoted cell, which begins in line {first}. Close the quotation mark, or "
            "write it twice where it belongs to the text; or the file was cut off."
        )
    if "limit" in error:
        return (
            f"Line {first} has a cell of more than {MOST_IN_A_CELL:,} characters. "
            "A quotation mark may be missing at the end of a value."
        )
    return (
        f"Something stands between the end of a quoted cell and the next separator, in line {last}"
        f"{f' (the row begins in line {first})' if first != last else ''}. A quotation mark was left open or "
        "belongs to the text: then write it twice."
    )


def encoding_of(path: Path, notes: list[str]) -> str:
    """Return the file's encoding: by its byte order mark, else UTF-8, else Windows-1252."""
    with path.open("rb") as file:
        start = file.read(4_096)
        for mark, encoding in MARKS:
            if start.startswith(mark):
                return encoding
        if start.count(b"\0") > len(start) // 4:
            raise Unreadable(f"The file holds text of two bytes a letter without saying so. {SAVE}")
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(MEGABYTE):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _other_encoding(path.read_bytes(), notes)
    return "utf-8-sig"


def _other_encoding(content: bytes, notes: list[str]) -> str:
    """Return Windows-1252 for a file without UTF-8 sequences; refuse a file that mixes both."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line(content, error.start)
        cut = error.end == len(content) and "unexpected end" in error.reason
    told = content.decode("utf-8", "surrogateescape")
    if any("\x7f" < letter < "\udc80" or letter > "\udcff" for letter in told):
        raise Unreadable(
            f"Line {line} holds a byte that is not UTF-8, while other letters of the file are. Read in "
            "any one way, some names would come out wrong. Mend that line and save the file as CSV UTF-8."
        )
    if cut:
        raise Unreadable(
            f"The file ends in the middle of a character: it was cut off, or is not UTF-8. {SAVE}"
        )
    try:
        read = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"Line {_line(content, error.start)} holds bytes that are neither UTF-8 nor Windows-1252. {SAVE}"
        ) from None
    if odd := OTHER_ALPHABET.search(read):
        raise Unreadable(
            f"The file is not UTF-8, and read as Windows-1252 a word in line {_line_of(read, odd.start())} "
            f"comes out wrong: it was saved in another encoding. {SAVE}"
        )
    notes.append(
        "The file is not UTF-8; it was read as Windows-1252. Check names with accents: the first is in line "
        f"{line}."
    )
    return "cp1252"


def _line(content: bytes, at: int) -> int:
    return _line_of(content.decode("latin-1"), at)


def _line_of(text: str, at: int) -> int:
    return len(LINE_ENDS.findall(text[:at])) + 1


def _separator(file: IO[str]) -> tuple[str, int]:
    """Return the separator and the number of lines before the header that declare it.

    Leaves the file positioned at the header.
    """
    sample = file.read(SAMPLE)
    file.seek(0)
    if said := SAID.match(sample):
        lines = len(LINE_ENDS.findall(said[0]))
        for _ in range(lines):
            file.readline()
        return "\t" if said[1] == TAB_IN_WORDS else said[1], lines
    return separator_of(sample), 0


def separator_of(text: str) -> str:
    """Return the separator that gives the first row most columns; a heading may contain line breaks."""

    def columns(separator: str) -> int:
        records = csv.reader(LINE_ENDS.sub("\n", text).splitlines(keepends=True), delimiter=separator)
        try:
            return next((len(cells) for cells in records if cells), 0)
        except csv.Error:
            return 0

    return max(SEPARATORS, key=columns)


def _as_text(cell: str) -> str:
    """Return the cell without an escape against formulas or against conversion to a number."""
    found = AS_TEXT.fullmatch(cell)
    return found[1] if found else unescaped(cell)
