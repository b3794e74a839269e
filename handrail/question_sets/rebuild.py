"""Fold of the answers of a year again from their entries, to compare them with their row."""

from django.db.models import Model, Q

from handrail.ledger.models import Entry
from handrail.ledger.rebuild import Projection, Table, rows_of_chains
from handrail.question_sets.models import RECORD_KIND, Year

BEGUN = "Set when somebody begins the answers, which are no record until they are sent."
TABLES: dict[type[Model], Table] = {
    Year: Table(
        apart={"set_id": BEGUN, "force_id": BEGUN, "year": BEGUN, "typed": "A draft."}, rows=Q(version__gt=0)
    )
}


def fold(row: Year | None, entry: Entry) -> Year:
    """Return the row that a chain makes after one more entry."""
    return Year(id=entry.chain, pack_id=entry.pack, version=entry.number, answered_at=entry.recorded_at)


PROJECTION = Projection(RECORD_KIND, TABLES, lambda chains: rows_of_chains(chains, TABLES, fold))
