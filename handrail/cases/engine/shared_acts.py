"""What the acts that are the same on every kind of record do on a case."""

from datetime import datetime

from handrail.cases.engine.fold import fold
from handrail.cases.engine.record import Record
from handrail.cases.engine.store import write
from handrail.cases.models import Case
from handrail.cases.models.kinds import CASE
from handrail.ledger.models import Entry
from handrail.ledger.record import Act
from handrail.records.shared_acts import SharedActs


class CaseSharedActs(SharedActs):
    """Shared acts on cases: folded into the case as every act is."""

    kind = CASE.name

    def write(self, record: Case, act: Act, at: datetime) -> Entry:
        """Fold an act into a locked case, and write both."""
        held = Record.of(record)
        fold(held, act, at)
        return write(held)
