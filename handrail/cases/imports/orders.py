"""Whether a file writes day or month first: a column is judged as a whole, and never guessed at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from handrail.cases.imports.columns import ERRORS, Column
from handrail.cases.imports.mappings import plain
from handrail.policy.schema.form import Kind
from handrail.written.days import FIRST, Order, can_be_two_days, proof_of_order
from handrail.written.rows import Row
from handrail.written.tables import Table

TWO_DAYS = "This could be two days, with the day first or with the month first"
MENDS = "Write it like 2019-03-27, or say --dates day-first or --dates month-first for the whole file."


@dataclass(frozen=True, slots=True)
class Orders:
    """The order of day and month in a file's dates, and why some columns are in doubt, by their index."""

    order: Order
    doubts: Mapping[int, str] = field(default_factory=dict)

    def objection(self, column: int, text: str) -> str:
        """Return why the date in a cell is refused; empty where it can be read in one way only."""
        proof = proof_of_order(text)
        if proof and proof != self.order:
            return f"This has {FIRST[proof]}. {MENDS}"
        if column not in self.doubts:
            return ""
        return f"{TWO_DAYS}: {self.doubts[column]}. {MENDS}" if can_be_two_days(text) else ""


def orders_of(table: Table, columns: Sequence[Column], order: Order, *, is_said: bool) -> Orders:
    """Return how the dates of these columns are written.

    `is_said` says that a user chose `order` for the file. One date in the other order throws doubt on its
    column, and on every column that does not prove its own order. A file of errors that names the doubt keeps
    it until a user chooses an order.
    """
    dates = [column for column in columns if column.question.kind is Kind.DATE and _is_in(column, table)]
    proofs = {column.index: list(_proofs(column, table.rows)) for column in dates}
    others = [(number, column) for column in dates for number, p in proofs[column.index] if p != order]
    said_before = not is_said and _said_before(table)
    if not others and not said_before:
        return Orders(order)
    why = "it was so in the file that this one came from"
    if others:
        number, column = min(others, key=lambda found: found[0])
        other = next(proof for at, proof in proofs[column.index] if at == number and proof != order)
        why = f"row {number} of “{column.title}” has {FIRST[other]}"
    kinds = {index: {proof for _, proof in found} for index, found in proofs.items()}
    return Orders(order, {index: why for index, found in kinds.items() if found != {order}})


def _is_in(column: Column, table: Table) -> bool:
    return column.index < len(table.header)


def _proofs(column: Column, rows: Iterable[Row]) -> Iterator[tuple[int, Order]]:
    for row in rows:
        if proof := proof_of_order(row.cells[column.index].strip()):
            yield row.number, proof


def _said_before(table: Table) -> bool:
    at = next((index for index, title in enumerate(table.header) if plain(title) == ERRORS), None)
    return at is not None and any(TWO_DAYS in row.cells[at] for row in table.rows)
