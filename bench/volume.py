"""Many cases: the demonstration's first thousand, then copies of them under other names."""

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from itertools import count, islice
from random import Random
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from handrail.cases.models import Case
from handrail.cases.record import Record
from handrail.cases.writing import write_new
from handrail.demo.histories import SEED, unfolded
from handrail.demo.history import History
from handrail.demo.load import load_demonstration
from handrail.demo.names import draw_community, draw_name
from handrail.subjects.models import Subject, name_key

POOL = 1_000
BATCH = 1_000
STEP = "gateway-assessment"
STEPS = 100  # cases of every size that stand before that step


class Volume:
    """The cases of the bench; they grow, and never shrink.

    `at_gateway` are the newest cases that stand before the measured step, each with the history behind it.
    """

    def __init__(self) -> None:
        load_demonstration(0)
        self.random = Random(SEED)
        self.numbers = count(1)
        self.pool = list(unfolded(POOL, SEED, until=timezone.now()))
        self.at_gateway: list[tuple[History, Record]] = []

    def grow(self, size: int) -> None:
        """Add cases until there are so many; the last hundred stand before the measured step."""
        there = Case.objects.count()
        first = [] if there else self.pool[: size - STEPS]
        more = size - STEPS - there - len(first)
        write(history.record for history in first)
        write(self._copy(self.random.choice(self.pool).record) for _ in range(more))
        before = [history for history in self.pool if awaits_step(history.record)]
        self.at_gateway = [(h, self._copy(h.record)) for h in self.random.choices(before, k=STEPS)]
        write(record for _, record in self.at_gateway)

    def _copy(self, record: Record) -> Record:
        """The same history in the same force, of somebody else."""
        case, subject, referral = copy(record.case), copy(record.subject), copy(record.referral)
        assert subject
        assert referral
        # References that are drawn would collide now and then among so many at once.
        case.reference = referral.reference = f"B-{next(self.numbers):09}"
        case.id, referral.id, referral.case = uuid4(), uuid4(), case
        subject.id = uuid4()
        self._rename(subject)
        case.subject = subject
        acts = [replace(act, chain=case.id) for act in record.acts]
        return replace(record, case=case, subject=subject, referral=referral, acts=acts)

    def _rename(self, subject: Subject) -> None:
        """A name with two family names: those with the same name stay as rare as among the first thousand."""
        community = draw_community(self.random)
        one, two = (draw_name(self.random, community, subject.gender) for _ in range(2))
        subject.given_name, subject.family_name = one.given, f"{one.family}-{two.family}"
        subject.name_key = name_key(subject.given_name, subject.family_name)
        subject.family_key = name_key(subject.family_name)


def awaits_step(record: Record) -> bool:
    """Whether a case stands at the gateway with nothing decided."""
    return record.case.stage_id == "gateway" and not record.case.pending_step


def write(records: Iterable[Record]) -> None:
    """Write cases in batches, each in a transaction of its own."""
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        with transaction.atomic():
            write_new(batch)
