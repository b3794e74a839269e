"""Inspection of plain text, and of tables in plain text."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from handrail.cases.files.inside import formulas
from handrail.cases.files.inside.refusing import Found, NotTaken

# Byte order marks, and the name that browsers give the encoding of each.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)

HIDDEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
# What spreadsheets leave out or turn before they look at a cell: spaces, quotes, signs nobody sees.
BEFORE = r"[\s\"'\u00a0\u200b-\u200f\u2060\ufeff]*"
FORMULA = re.compile(BEFORE + r"(?:[=@＝＠]|[+\-＋－].*[(|!])")  # full-width signs too
# A dash or a plus begins many a note, so behind those only the item of another program counts.
RUN = re.compile(BEFORE + r"(?:[=@＝＠](?=\S)|[+\-＋－](?=\w+\|))(.*)", re.DOTALL)
QUOTED = re.compile(r'"[^"]*"')
OLD = "windows-1252"
DELIMITERS = ",;\t|"
ALL_DELIMITERS = DELIMITERS + ": ^~!#&"
NAMED_DELIMITER = re.compile(r"sep=(.)\s*$", re.IGNORECASE)
FIRST_ROWS = 50


def look(content: bytes) -> Found:
    """Return "csv" for a table, otherwise "text". Raises NotTaken for content that is no text."""
    text = decoded(content)
    if HIDDEN.search(text):
        raise _no_text()
    if SCRIPT.search(text):
        raise NotTaken("The text holds a script. Save what it says as PDF and add that.")
    _refuse_calls(text)
    return Found("csv" if is_table(text) else "text")


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

    Spreadsheets guess the delimiter, each in its own way. So under no delimiter may a cell be run. A table
    with such a cell, or one that names its delimiter itself, counts as plain text, which no spreadsheet opens
    by itself.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    counts = [Counter(QUOTED.sub("", line)) for line in lines[:FIRST_ROWS]]
    if not any(_is_even(mark, counts) for mark in DELIMITERS) or NAMED_DELIMITER.match(lines[0]):
        return False
    return not any(FORMULA.match(cell) for cell in _cells(text, DELIMITERS))


def _refuse_calls(text: str) -> None:
    """Raise NotTaken for a text with a cell that would call another program, under whatever delimiter."""
    if any((run := RUN.match(cell)) and formulas.calls_out(run[1]) for cell in _cells(text, ALL_DELIMITERS)):
        raise formulas.OUT


def _cells(text: str, delimiters: str) -> Iterator[str]:
    """Yield the cells of a text under each delimiter, and under none: with quotes read, and as they stand."""
    yield from text.splitlines()
    for mark in delimiters:
        with suppress(csv.Error):
            for row in csv.reader(text.splitlines(keepends=True), delimiter=mark):
                yield from row
        for line in text.splitlines():
            yield from line.split(mark)


def _is_even(mark: str, counts: list[Counter[str]]) -> bool:
    """Return whether each of the first rows has as many of these separators outside quotes, at least one."""
    return len(counts) > 1 and counts[0][mark] > 0 and len({count[mark] for count in counts}) == 1
