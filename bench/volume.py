"""Many cases: the demonstration's first thousand, then copies of them under other names."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace
from itertools import islice
from random import Random
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from handrail.cases.models import Case, Deadline, new_reference
from handrail.cases.record import Record
from handrail.cases.writing import write_new
from handrail.demo.histories import SEED, unfolded
from handrail.demo.history import History
from handrail.demo.load import load_demonstration
from handrail.demo.names import draw_community, draw_name
from handrail.organisations.models import Person, Post
from handrail.organisations.roles import Role
from handrail.subjects.models import Subject, name_key

POOL = 1_000
BATCH = 1_000
STEP = "gateway-assessment"
STEPS = 100  # cases at the gateway that a size has beside the others
BUSY = 40  # cases that the measured officer is given: more than a home page shows


class Volume:
    """The cases of the bench; grows, and never shrinks."""

    def __init__(self) -> None:
        load_demonstration(0)
        self.random = Random(SEED)
        self.pool = list(unfolded(POOL, SEED, until=timezone.now()))
        self.at_gateway = [h for h in self.pool if _awaits_gateway(h.record)]
        self.waiting: list[tuple[History, Case]] = []

    def grow(self, size: int) -> None:
        """Add cases until there are so many; the last hundred stand before the gateway assessment."""
        there = Case.objects.count()
        originals = () if there else self.pool[: size - STEPS]
        copies = (self._copy(self.random.choice(self.pool).record) for _ in range(size - STEPS - there - len(originals)))
        self._write(h.record for h in originals)
        self._write(copies)
        self.waiting = [(h, self._copy(h.record)) for h in self.random.choices(self.at_gateway, k=STEPS)]
        self._write(record for _, record in self.waiting)

    def _write(self, records: Iterator[Record]) -> None:
        while batch := list(islice(records, BATCH)):
            with transaction.atomic():
                write_new(batch)

    def _copy(self, record: Record) -> Record:
        """The same history of somebody else, in the same force."""
        case, referral = copy(record.case), copy(record.referral)
        case.id, case.reference = uuid4(), new_reference()
        case.subject = self._somebody_else(record.subject)
        referral.id, referral.reference, referral.case = uuid4(), new_reference(), case
        acts = [replace(act, chain=case.id) for act in record.acts]
        return replace(record, case=case, subject=case.subject, referral=referral, acts=acts)
