"""Exit decisions: their page also shows what is left to do."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from handrail.cases.engine.record import Record
from handrail.cases.step_kinds.decision import DecisionHandling
from handrail.cases.step_kinds.handling import handle
from handrail.cases.timeline import follow_ups_shown
from handrail.cases.timeline.entries import Event
from handrail.cases.timeline.exit_summary import exit_summary
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy.step_kinds.case_exit import EXIT


class ExitHandling(DecisionHandling):
    """A decision before which each factor is compared with the work done on it."""

    def also_before(
        self, record: Record, person: Person, entries: Sequence[Entry], events: Sequence[Event]
    ) -> dict[str, Any]:
        """Return factors, information requests, partners not asked, and open follow-ups."""
        return {
            "exit": exit_summary(record.case, person, entries, events),
            "in_hand": follow_ups_shown.on_case(record, timezone.localdate(), entries=entries),
        }


handle(EXIT, ExitHandling())
