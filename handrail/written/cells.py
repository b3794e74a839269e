"""Cells of the CSV files that Handrail writes, escaped against spreadsheet formulas.

A spreadsheet runs a cell that begins with certain characters as a formula, and a typed name may be one:
`=HYPERLINK("http://…","open")` shows a harmless word and sends the row to the author of the formula. Such a
cell is written with an apostrophe in front, by which a spreadsheet knows a text. `unescaped` reads it back.
"""

import csv
import re
from collections.abc import Iterable
from typing import IO, Any

# First characters of a formula, also full-width and after blanks.
LIVE = re.compile(r"'*\s*[=+\-@\t\r\n＝＋－＠]")
DEAD = re.compile(r"'" + LIVE.pattern)
NUMBER = re.compile(r"-\d+(?:\.\d+)?(?:e[+-]?\d+)?")  # a negative number needs no escape: its value is itself


def escaped(cell: str) -> str:
    """Return the cell with an apostrophe in front if a spreadsheet would run it as a formula."""
    return f"'{cell}" if LIVE.match(cell) and not NUMBER.fullmatch(cell) else cell


def unescaped(cell: str) -> str:
    """Return the cell without the apostrophe that `escaped` put in front."""
    return cell[1:] if DEAD.match(cell) else cell


class Writer:
    """Writes rows of CSV with escaped cells. Every export of rows uses it."""

    def __init__(self, file: IO[str]) -> None:
        self._rows = csv.writer(file)

    def writerow(self, row: Iterable[Any]) -> None:
        """Write one row; cells that are not text are written unchanged."""
        self._rows.writerow([escaped(cell) if isinstance(cell, str) else cell for cell in row])

    def writerows(self, rows: Iterable[Iterable[Any]]) -> None:
        """Write rows one after the other."""
        for row in rows:
            self.writerow(row)
