"""A row of a table as read, and the faults of cell texts."""

import re
from dataclasses import dataclass, field

MOST_COLUMNS = 500
MEGABYTE = 1024 * 1024
LOST = "\ufffd"
FORMULA = "#FORMULA!"  # replaces the sign of a formula in a file of errors, so that no formula runs
SPREADSHEET_ERROR = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|UNKNOWN!|CONNECT!|GETTING_DATA"
    r"|##+)"
)
# UTF-8 that was read as Windows-1252 and saved as UTF-8 again: “Ã«” for ë, “Å‚” for ł.
MANGLED = re.compile("Ã[\u0080-\u00bf‚-‡ˆ‰Š‹ŒŽ‘-”•–—˜™š›œžŸƒ€]|[ÄÅ][\u0080-\u00bf‚„…†‡ˆ‰Š‹ŒŽ•˜™š›œžŸƒ€]")
LONGEST_NAME = 200  # a longer text is not a name; one such character, from a pasted email, does no harm there


class Unreadable(Exception):
    """The file cannot be read as a table; the message says what to do."""


@dataclass(slots=True)
class Row:
    """One row: its number in a spreadsheet, its cells, and the fault of each cell by index.

    `beyond` holds filled cells after the header's last column, and `short` is the number of missing cells.
    Either means that the row cannot be trusted.
    """

    number: int
    cells: list[str]
    faults: dict[int, str] = field(default_factory=dict)
    beyond: list[str] = field(default_factory=list)
    short: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether every cell is empty."""
        return not self.faults and not any(cell.strip() for cell in self.cells)

    @property
    def is_misshapen(self) -> bool:
        """Whether the row is not as wide as the header, so that any cell may be in a wrong column."""
        return bool(self.beyond or self.short)


def is_mangled(cell: str) -> bool:
    """Return whether a name or another short cell was decoded in the wrong encoding and saved so."""
    return not cell.isascii() and len(cell) <= LONGEST_NAME and MANGLED.search(cell) is not None


def fault_of_text(cell: str) -> str:
    """Return what is wrong with the text of a cell, in any column; "" where nothing is."""
    if LOST in cell:
        return "A letter of this was lost before it came here (�). Type the value again."
    if is_mangled(cell):
        return (
            "Letters of this came out wrong before it came here, as “Ã«” does for ë. Type the value again, "
            "or export the file anew as CSV UTF-8."
        )
    text = cell.lstrip()
    if text.startswith(FORMULA):
        return "This is a formula; replace the formula by its value."
    if SPREADSHEET_ERROR.fullmatch(text.rstrip()):
        return "The cell shows an error of the spreadsheet; replace it by a value."
    if cell[0] in " \t" and text.startswith('"'):
        return "A blank stands before the quotation mark of this cell. Take it away."
    return ""
