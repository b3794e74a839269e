"""Options of every command that reads a table from a file, worded alike."""

from enum import StrEnum
from typing import Annotated

import typer


class Hidden(StrEnum):
    """The treatment of rows that a workbook hides."""

    READ = "read"
    LEAVE_OUT = "leave-out"


class DateOrder(StrEnum):
    """The first part of a numeric date in a file: day or month."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


Sheet = Annotated[str, typer.Option(help="The sheet of a workbook, if not the visible one.")]
HiddenRows = Annotated[
    Hidden | None, typer.Option(help="What becomes of rows that a workbook hides or filters out.")
]
Dates = Annotated[DateOrder | None, typer.Option(help="In which order the file writes dates like 3/4/2024.")]
