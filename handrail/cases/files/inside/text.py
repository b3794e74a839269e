"""Inspection of plain text, and of tables in plain text."""

import codecs
import csv
import re
from collections import Counter

from handrail.cases.files.inside.refusing import NotTaken

# Byte order marks, and the name that browsers give the encoding of each.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)

HIDDEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
FORMULA = re.compile(r"\s*[=@＝＠]|\s*[+\-＋－].*[(|!]")  # full-width signs too
QUOTED = re.compile(r'"[^"]*"')
OLD = "windows-1252"
DELIMITERS = ",;\t|"
FIRST_ROWS = 50


def look(content: bytes) -> str:
    """Return "csv" for a table, otherwise "text". Raises NotTaken for content that is no text."""
    text = decoded(content)
    if HIDDEN.search(text):
        raise _no_text()
    if SCRIPT.search(text):
        raise NotTaken("The text holds a script. Save what it says as PDF and add that.")
    return "csv" if is_table(text) else "text"


def decoded(content: bytes) -> str:
    """Return the text, decoded. Raises NotTaken for bytes that are no text."""
    encoding = encoding_of(content)
    try:
        text = content.decode(encoding, "strict" if encoding == OLD else "replace")
    except UnicodeDecodeError:
        raise _no_text() from None
    return text.removeprefix("\ufeff")


def encoding_of(content: bytes) -> str:
    """Return the encoding of a text as browsers name it: UTF-8, UTF-16, or the older Windows-1252.

    UTF-8 with a few damaged bytes counts as UTF-8: letters outside ASCII have to outnumber the damaged bytes.
    """
    if (mark := next((name for mark, name in MARKS if content.startswith(mark)), None)) is not None:
        return mark
    if (unmarked := _unmarked(content)) is not None:
        return unmarked
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        told = content.decode("utf-8", "surrogateescape")
    damaged = sum("\udc80" <= letter <= "\udcff" for letter in told)
    return "utf-8" if sum(letter > "\x7f" for letter in told) > 2 * damaged else OLD


def _unmarked(content: bytes) -> str | None:
    """Return UTF-16 where a text has no byte order mark but every other byte is nought; else None."""
    if len(content) < 2 or len(content) % 2:
        return None
    for name, noughts, letters in (
        ("utf-16le", content[1::2], content[0::2]),
        ("utf-16be", content[0::2], content[1::2]),
    ):
        if noughts.count(0) * 10 > len(noughts) * 7 and not letters.count(0):
            return name
    return None


def _no_text() -> NotTaken:
    return NotTaken(
        "This is not a kind of file that is taken. Save it as PDF, or plain text as UTF-8, and add that."
    )


def is_table(text: str) -> bool:
    """Return whether a text is a table that a spreadsheet may open: even rows, no cell that it would run.

    A table with such a cell counts as plain text, which no spreadsheet opens by itself.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    counts = [Counter(QUOTED.sub("", line)) for line in lines[:FIRST_ROWS]]
    found = next((mark for mark in DELIMITERS if _is_even(mark, counts)), None)
    if found is None:
        return False
    try:
        rows = csv.reader(text.splitlines(keepends=True), delimiter=found)
        return not any(FORMULA.match(cell) for row in rows for cell in row)
    except csv.Error:
        return False


def _is_even(mark: str, counts: list[Counter[str]]) -> bool:
    """Return whether each of the first rows has as many of these separators outside quotes, at least one."""
    return len(counts) > 1 and counts[0][mark] > 0 and len({count[mark] for count in counts}) == 1
