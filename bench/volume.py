"""Many cases: the demonstration's first thousand, then copies under other names.

Histories end at a fixed moment and are moved to the present by whole weeks: every run has equal cases on
equal weekdays.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

from django.db import transaction
from django.utils import timezone

from bench.copying import Copier
from handrail.cases.engine.record import Record
from handrail.cases.engine.store import write_new
from handrail.cases.intake.feedback import receipts_of
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
STEPS = 100  # cases at each size that wait for the measured step


class Volume:
    """The cases of the bench, which only grow in number.

    `pool` holds the histories that are copied. `at_gateway` holds the newest cases that wait for the
    measured step, each with its history; there are `steps` of them.
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
        """Return a volume that can grow to this size; a small one makes fewer histories."""
        return cls() if largest >= POOL else cls(pool=largest, steps=largest // 4)

    def grow(self, size: int) -> None:
        """Add cases up to this number; the last ones wait for the measured step."""
        there = Case.objects.count()
        first = [] if there else self.pool[: size - self.steps]
        more = size - self.steps - there - len(first)
        write(self.copier.copy(history.record, renamed=False) for history in first)
        write(self.copier.copy(self.random.choice(self.pool).record) for _ in range(more))
        before = [history for history in self.pool if awaits_step(history.record)]
        chosen = self.random.choices(before, k=self.steps)
        self.at_gateway = [(history, self.copier.copy(history.record)) for history in chosen]
        write(record for _, record in self.at_gateway)
        # In reality the worker would have searched for possible matches long ago.
        Outline.objects.filter(looked_at=None).update(looked_at=timezone.now())


def awaits_step(record: Record) -> bool:
    """Return whether a case is at the gateway with nothing decided."""
    return record.case.stage_id == "gateway" and not record.case.pending_step


def write(records: Iterable[Record]) -> None:
    """Write cases in batches, one transaction each."""
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        with transaction.atomic():
            write_new(batch)
            Receipt.objects.bulk_create(receipt for record in batch for receipt in receipts_of(record))
