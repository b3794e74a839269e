"""The report on an imported file: counts, and every error by row and column."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from handrail.cases.imports.columns import ERRORS, NEW, OURS, ROW
from handrail.cases.imports.mappings import plain
from handrail.written.cells import Writer
from handrail.written.private import opened
from handrail.written.rows import Row


@dataclass(frozen=True, slots=True)
class RowErrors:
    """A row that was not imported, with its errors by the file's name of the column."""

    row: Row
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class Remark:
    """A note on a cell that was imported otherwise than as it stands."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class ImportReport:
    """The report on an imported file. In a dry run `imported` counts rows that would have been imported.

    `late` counts tasks that are late from the beginning, and `late_cases` the cases that have any.
    `different` counts wrong rows whose reference is on record with other answers, and `held_back` those whose
    reference is nearly that of another referral.
    """

    dry_run: bool
    header: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: int = 0
    imported: int = 0
    already_there: int = 0
    late: int = 0
    late_cases: int = 0
    different: int = 0
    held_back: int = 0
    remarks: list[Remark] = field(default_factory=list)
    wrong: list[RowErrors] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """Whether no row was refused."""
        return not self.wrong

    def refuse(self, row: Row, errors: dict[str, str]) -> None:
        """Count a row as wrong."""
        self.wrong.append(RowErrors(row, errors))

    def remark(self, row: Row, notes: Mapping[str, str]) -> None:
        """Note how cells of an imported row were read."""
        self.remarks += [Remark(row.number, column, message) for column, message in notes.items()]

    def as_data(self) -> dict[str, Any]:
        """Return the report for a machine: counts, notes, and errors with row, column and message."""
        return {
            "dry_run": self.dry_run,
            "rows": self.rows,
            "imported": self.imported,
            "already_there": self.already_there,
            "wrong": len(self.wrong),
            "different": self.different,
            "held_back": self.held_back,
            "notes": self.notes,
            "late_tasks": self.late,
            "late_cases": self.late_cases,
            "remarks": [asdict(remark) for remark in self.remarks],
            "errors": [
                {"row": refused.row.number, "column": column, "message": message}
                for refused in self.in_order()
                for column, message in refused.errors.items()
            ],
        }

    def in_order(self) -> list[RowErrors]:
        """Return the wrong rows in the order of the file."""
        return sorted(self.wrong, key=lambda refused: refused.row.number)

    def write_errors(self, path: Path) -> None:
        """Write the wrong rows with their errors to a CSV file, to be corrected there and imported again.

        A row keeps its number of cells, too many or too few, so that it is refused until it is mended. The
        added columns are ignored when the file is imported, except “yes” in NEW.
        """
        kept = [index for index, title in enumerate(self.header) if plain(title) not in OURS]
        with opened(path, encoding="utf-8-sig") as file:
            writer = Writer(file)
            ours = [ERRORS, ROW, NEW] if self.held_back else [ERRORS, ROW]
            writer.writerow([*ours, *(self.header[index] for index in kept)])
            for refused in self.in_order():
                said = "\n".join(f"{column}: {message}" for column, message in refused.errors.items())
                before = [said, str(refused.row.number), ""][: len(ours)]
                writer.writerow([*before, *_as_it_was(refused.row, kept)])


def _as_it_was(row: Row, kept: Sequence[int]) -> list[str]:
    """Return the cells of a row, as many as the file had."""
    there = len(row.cells) - row.short
    return [*(row.cells[index] for index in kept if index < there), *row.beyond]
