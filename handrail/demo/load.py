"""Load the demonstration into an empty Handrail."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from handrail.cases.engine.record import Record
from handrail.cases.engine.store import write_new
from handrail.cases.intake.feedback import receipts_of
from handrail.cases.models import Case, Receipt
from handrail.demo import (
    partner_forms,
    policies,
    readers,
    referrer_questions,
    register_entries,
    restricted,
    threats,
    years,
)
from handrail.demo.bodies import bodies
from handrail.demo.histories import SEED, histories
from handrail.demo.sizes import USUAL
from handrail.demo.staff import DOMAIN, hire_everybody
from handrail.organisations.country import load_country, save_bodies
from handrail.organisations.models import Person

BATCH = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The number of things created; all nought when the demonstration was loaded before."""

    people: int
    cases: int


class NotEmpty(Exception):
    """The installation holds people or cases of its own: the demonstration is never mixed with real data."""


def load_demonstration(
    size: int = USUAL, seed: int = SEED, *, until: datetime | None = None, progress: Progress | None = None
) -> Loaded:
    """Create councils, partners, people, and `size` referrals of the two years up to `until`.

    Also creates a few restricted cases, register entries, forms for partners, what is shared with others,
    and answers of years. All in
    one transaction. Does nothing where the demonstration was loaded before, whatever its size. `progress` is
    called with the numbers of cases written and to write. Raises NotEmpty where real people or cases exist.
    """
    until = until or timezone.now()
    with transaction.atomic():
        load_country()
        if is_loaded():
            return Loaded(0, 0)
        if Person.objects.exists() or Case.objects.exists():
            raise NotEmpty(
                "There are people or cases here already; the demonstration is for an empty Handrail."
            )
        save_bodies(bodies())
        posts = hire_everybody(Random(f"{seed}/people"), until.date())
        for done in write_in_batches(histories(size, seed, until=until)):
            if progress:
                progress(done, size)
        if size >= restricted.FROM_SIZE:
            restricted.tell(until)
            register_entries.tell(seed, until)
            policies.tell(until)
            threats.tell(until)
            partner_forms.tell(until)
            referrer_questions.tell(until)
            readers.tell(until)
            years.tell(until)
    return Loaded(len(posts), size)


def is_loaded() -> bool:
    """Return whether the demonstration is loaded."""
    return Person.objects.filter(email__endswith=f"@{DOMAIN}").exists()


def write_in_batches(records: Iterator[Record], batch: int = BATCH) -> Iterator[int]:
    """Write cases batch by batch, and yield how many are written. The caller holds the transaction."""
    written = 0
    while group := list(islice(records, batch)):
        write_new(group)
        Receipt.objects.bulk_create(receipt for record in group for receipt in receipts_of(record))
        _check_now()
        written += len(group)
        yield written


def _check_now() -> None:
    """Check deferred constraints now: a backlog of them slows down every later batch."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
