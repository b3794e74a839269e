"""What became of a file: counts, and every error by row and column."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handrail.cases.imports.tables import Row
from handrail.written.cells import Writer

ROW = "handrail-row"
ERRORS = "handrail-errors"


@dataclass(frozen=True, slots=True)
class RowErrors:
    """A row that was not imported: what is wrong by the file's name of the column."""

    row: Row
    errors: dict[str, str]


@dataclass(slots=True)
class ImportReport:
    """What became of a file. In a dry run `imported` counts the rows that would have been."""

    dry_run: bool
    header: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: int = 0
    imported: int = 0
    already_there: int = 0
    wrong: list[RowErrors] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether no row was refused."""
        return not self.wrong

    def refuse(self, row: Row, errors: dict[str, str]) -> None:
        """Count a row as wrong."""
        self.wrong.append(RowErrors(row, errors))

    def as_data(self) -> dict[str, Any]:
        """The report for a machine: counts, notes, and errors with row, column and message."""
        return {
            "dry_run": self.dry_run,
            "rows": self.rows,
            "imported": self.imported,
            "already_there": self.already_there,
            "wrong": len(self.wrong),
            "notes": self.notes,
            "errors": [
                {"row": refused.row.number, "column": column, "message": message}
                for refused in self.in_order()
                for column, message in refused.errors.items()
            ],
        }

    def in_order(self) -> list[RowErrors]:
        """The wrong rows in the order of the file."""
        return sorted(self.wrong, key=lambda refused: refused.row.number)

    def write_errors(self, path: Path) -> None:
        """Write the wrong rows with their errors beside them, to be corrected there and imported again.

        The two columns that are added are passed over when the file comes back.
        """
        kept = [index for index, title in enumerate(self.header) if title not in {ROW, ERRORS}]
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = Writer(file)
            writer.writerow([ERRORS, ROW, *(self.header[index] for index in kept)])
            for refused in self.in_order():
                said = "\n".join(f"{column}: {message}" for column, message in refused.errors.items())
                cells = [refused.row.cells[index] for index in kept]
                writer.writerow([said, refused.row.number, *cells])
