"""Preview of the notices that an import of cases would cause, made with the statements of the real round."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.utils import timezone

from handrail.ledger.models import Entry
from handrail.notices import limits, news
from handrail.notices.models import Notice
from handrail.notices.rules import day_of


@dataclass(slots=True)
class Foretold:
    """How many notices the next round would create about some cases, and for which people."""

    notices: int = 0
    people: set[UUID] = field(default_factory=set)

    def look(self, cases: Collection[UUID]) -> None:
        """Count the notices that these new cases cause, by creating them as the next round would.

        The caller must hold the transaction that wrote the cases, and roll it back.
        """
        today = day_of(timezone.now())
        entries = list(Entry.objects.filter(chain__in=cases).order_by("id").values_list("id", flat=True))
        if not entries:
            return
        news.tell(today, entries[0] - 1, entries[-1])
        limits.tell(today, _running(cases))
        told = list(Notice.objects.filter(case__in=cases).values_list("person_id", flat=True))
        self.notices += len(told)
        self.people.update(told)


def _running(cases: Collection[UUID]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM cases_deadline WHERE ended IS NULL AND case_id = ANY (%s)", [list(cases)]
        )
        return [deadline for (deadline,) in cursor.fetchall()]
