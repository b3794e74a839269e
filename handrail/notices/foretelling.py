"""What cases that are about to be taken in will have people told, by the statements that tell them."""

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
    """How many notices the next round brings about some cases, and to whom."""

    notices: int = 0
    people: set[UUID] = field(default_factory=set)

    def look(self, cases: Collection[UUID]) -> None:
        """Count what these new cases bring, by making the notices as the next round would.

        The caller holds the transaction in which the cases were written, and rolls it back.
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
