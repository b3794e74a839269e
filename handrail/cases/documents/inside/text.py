"""Plain text and tables of it."""

import csv
import re
from collections import Counter

from handrail.cases.documents.inside.refusing import NotTaken

HIDDEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
FORMULA = re.compile(r"\s*[=@]|\s*[+-].*[(|!]")
QUOTED = re.compile(r'"[^"]*"')
DELIMITERS = ",;\t|"
FIRST_ROWS = 50


def look(content: bytes) -> str:
    """Whether it is a table or other text. Raises NotTaken for what is no text."""
    text = decoded(content)
    if HIDDEN.search(text):
        raise NotTaken(
            "This is not a kind of file that is taken. Save it as PDF, or plain text as UTF-8, and add that."
        )
    if SCRIPT.search(text):
        raise NotTaken("The text holds a script. Save what it says as PDF and add that.")
    return "csv" if is_table(text) else "text"


def decoded(content: bytes) -> str:
    """The text in UTF-8 or, as old programs on Windows write it, in Windows-1252. Raises NotTaken."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotTaken(
        "This is not a kind of file that is taken. Save it as PDF, or plain text as UTF-8, and add that."
    )


def is_table(text: str) -> bool:
    """Whether it is a table that a spreadsheet may open: even rows, and no cell that it would run.

    A table with such a cell stays plain text: it is kept as it is, and no spreadsheet opens it by itself.
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
    """Whether every one of the first rows has the mark as often, but for what stands in quotes."""
    return len(counts) > 1 and counts[0][mark] > 0 and len({count[mark] for count in counts}) == 1
