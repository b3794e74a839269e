"""What became of a file: counts, and every error by row and column."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from handrail.cases.imports.columns import ERRORS, NEW, OURS, ROW
from handrail.cases.imports.mappings import plain
from handrail.written.cells import Writer
from handrail.written.rows import Row


@dataclass(frozen=True, slots=True)
class RowErrors:
    """A row that was not imported: what is wrong by the file's name of the column."""

    row: Row
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class Remark:
    """How a cell of a row was taken that could not be taken as it is."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class ImportReport:
    """What became of a file. In a dry run `imported` counts the rows that would have been.

    `late` counts the tasks that are late from the beginning, and `late_cases` the cases that have any.
    `different` counts those of `wrong` whose reference is on record with something else under it, and
    `held_back` those whose reference is nearly that of another referral.
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
        """Say of a row that is taken how some of its cells were."""
        self.remarks += [Remark(row.number, column, message) for column, message in notes.items()]

    def as_data(self) -> dict[str, Any]:
        """The report for a machine: counts, notes, and errors with row, column and message."""
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
        """The wrong rows in the order of the file."""
        return sorted(self.wrong, key=lambda refused: refused.row.number)

    def write_errors(self, path: Path) -> None:
        """Write the wrong rows with their errors beside them, to be corrected there and imported again.

        A row is given back as it was, with cells too many or too few, so that it is not taken until somebody
        mends it. The columns that are added are passed over when the file comes back, but for a “yes” in NEW.
        """
        kept = [index for index, title in enumerate(self.header) if plain(title) not in OURS]
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = Writer(file)
            ours = [ERRORS, ROW, NEW] if self.held_back else [ERRORS, ROW]
            writer.writerow([*ours, *(self.header[index] for index in kept)])
            for refused in self.in_order():
                said = "\n".join(f"{column}: {message}" for column, message in refused.errors.items())
                before = [said, str(refused.row.number), ""][: len(ours)]
                writer.writerow([*before, *_as_it_was(refused.row, kept)])


def _as_it_was(row: Row, kept: Sequence[int]) -> list[str]:
    """The cells of a row, as many as there were."""
    there = len(row.cells) - row.short
    return [*(row.cells[index] for index in kept if index < there), *row.beyond]
