"""Many cases: the demonstration's first thousand, then copies of them under other names.

What happened is told up to one moment that is always the same, and moved by whole weeks to the present: so
the same cases stand in every run, on the same days of the week.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

from django.db import transaction
from django.utils import timezone

from bench.copying import Copier, receipts_of
from handrail.cases.engine.record import Record
from handrail.cases.engine.store import write_new
from handrail.cases.models import Case, Receipt
from handrail.demo.histories import SEED, unfolded
from handrail.demo.history import History
from handrail.demo.load import load_demonstration
from handrail.subjects.models import Outline

UNTIL = datetime(2026, 3, 4, 12, tzinfo=UTC)
WEEK = timedelta(weeks=1)
POOL = 1_000
BATCH = 1_000
STEP = "gateway-assessment"
STEPS = 100  # cases of every size that stand before that step


class Volume:
    """The cases of the bench; they grow, and never shrink.

    `pool` are the histories that are copied. `at_gateway` are the newest cases that stand before the measured
    step, each with the history behind it; there are `steps` of them.
    """

    def __init__(self, pool: int = POOL, steps: int = STEPS) -> None:
        load_demonstration(0)
        self.random = Random(SEED)
        self.copier = Copier(self.random, (timezone.now() - UNTIL) // WEEK * WEEK)
        self.pool = list(unfolded(pool, SEED, until=UNTIL))
        self.steps = steps
        self.at_gateway: list[tuple[History, Record]] = []

    @classmethod
    def up_to(cls, largest: int) -> "Volume":
        """The cases of a bench that grows so large; for few cases few histories are told."""
        return cls() if largest >= POOL else cls(pool=largest, steps=largest // 4)

    def grow(self, size: int) -> None:
        """Add cases until there are so many; the last ones stand before the measured step."""
        there = Case.objects.count()
        first = [] if there else self.pool[: size - self.steps]
        more = size - self.steps - there - len(first)
        write(self.copier.copy(history.record, renamed=False) for history in first)
        write(self.copier.copy(self.random.choice(self.pool).record) for _ in range(more))
        before = [history for history in self.pool if awaits_step(history.record)]
        chosen = self.random.choices(before, k=self.steps)
        self.at_gateway = [(history, self.copier.copy(history.record)) for history in chosen]
        write(record for _, record in self.at_gateway)
        # The worker would have looked for others like them long ago.
        Outline.objects.filter(looked_at=None).update(looked_at=timezone.now())


def awaits_step(record: Record) -> bool:
    """Whether a case stands at the gateway with nothing decided."""
    return record.case.stage_id == "gateway" and not record.case.pending_step


def write(records: Iterable[Record]) -> None:
    """Write cases in batches, each in a transaction of its own."""
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        with transaction.atomic():
            write_new(batch)
            Receipt.objects.bulk_create(receipt for record in batch for receipt in receipts_of(record))
