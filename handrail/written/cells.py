"""Cells of the tables that Handrail writes: dead to a spreadsheet, and read again as they were.

A spreadsheet runs a cell that begins with one of a few signs as a formula, and a name in a file may be one:
`=HYPERLINK("http://…","open")` shows a harmless word, and sends the row beside it to whoever made it. Such a
cell is written with an apostrophe before it, which a spreadsheet takes as the beginning of a text.
"""

import csv
import re
from collections.abc import Iterable
from typing import IO, Any

# What a spreadsheet takes for the beginning of a formula, also full-width and after blanks.
LIVE = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")
DEAD = re.compile(r"'" + LIVE.pattern)
NUMBER = re.compile(r"-\d+(?:\.\d+)?(?:e[+-]?\d+)?")  # a negative number is itself whoever works it out


def escaped(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula: with an apostrophe before it."""
    return f"'{cell}" if LIVE.match(cell) and not NUMBER.fullmatch(cell) else cell


def unescaped(cell: str) -> str:
    """The cell without the apostrophe that `escaped` put before it."""
    return cell[1:] if DEAD.match(cell) else cell


class Writer:
    """Writes rows of CSV whose cells no spreadsheet runs. Whatever writes a file of rows uses it."""

    def __init__(self, file: IO[str]) -> None:
        self._rows = csv.writer(file)

    def writerow(self, row: Iterable[Any]) -> None:
        """Write one row; cells that are no text are written as they are."""
        self._rows.writerow([escaped(cell) if isinstance(cell, str) else cell for cell in row])

    def writerows(self, rows: Iterable[Iterable[Any]]) -> None:
        """Write rows one after the other."""
        for row in rows:
            self.writerow(row)
