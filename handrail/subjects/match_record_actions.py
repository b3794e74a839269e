"""Keeping the outlines and keys of subjects in step with what is on record of them."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from handrail.subjects.match_records import IndexReason
from handrail.subjects.matching import keys_of, outline_of
from handrail.subjects.models import Subject

BATCH = 500
# Rows go in as one JSON text: tables under row security take no COPY, and arrays are dear to write.
FORGET = """DELETE FROM subjects_key k
USING subjects_outline was CROSS JOIN LATERAL unnest(was.keys) kept (key)
WHERE was.subject_id = ANY(%s) AND k.key = kept.key AND k.subject_id = was.subject_id"""
KEEP = """INSERT INTO subjects_outline (subject_id, packed, keys, because, looked_at)
SELECT subject, packed, keys, %s, %s::timestamptz
FROM json_to_recordset(%s::json) AS given (subject uuid, packed text, keys bigint[])
ON CONFLICT (subject_id) DO UPDATE SET (packed, keys, because, looked_at)
    = (EXCLUDED.packed, EXCLUDED.keys, EXCLUDED.because, EXCLUDED.looked_at)"""
ADD = """INSERT INTO subjects_key (key, subject_id)
SELECT key, subject FROM json_to_recordset(%s::json) AS given (subject uuid, keys bigint[]), unnest(keys) key
ORDER BY key"""

Told = Callable[[int, int], None]


def keep(subjects: Iterable[Subject], because: IndexReason, *, looked_at: datetime | None = None) -> None:
    """Refresh the outlines and keys of these subjects, in the transaction in which they were written.

    The worker looks for others like them afterwards, unless it is said when that was done.
    """
    rest = iter(subjects)
    while batch := list(islice(rest, BATCH)):
        prefetch_related_objects(batch, "details")
        _keep(batch, because, looked_at)


def rebuild(told: Told, *, everybody: bool = True) -> int:
    """Make the outlines and keys of all subjects anew, or only those that are missing; returns how many.

    Each batch is a transaction of its own, so that it can be broken off; `told` hears how many are done, and
    of how many. For the owner or the worker: the web does not see everybody.
    """
    subjects = Subject.objects.all() if everybody else Subject.objects.filter(outline=None)
    done, total = 0, subjects.count()
    for batch in _batches(subjects.order_by("pk")):
        with transaction.atomic():
            keep(batch, IndexReason.BULK, looked_at=timezone.now() if everybody else None)
        done += len(batch)
        told(done, total)
    return done


def _batches(subjects: QuerySet[Subject]) -> Iterator[Sequence[Subject]]:
    last = UUID(int=0)
    while batch := list(subjects.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _keep(batch: Sequence[Subject], because: IndexReason, looked_at: datetime | None) -> None:
    since = opened_on(batch)
    given = json.dumps([_told(subject, since.get(subject.pk)) for subject in batch])
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [[subject.pk for subject in batch]])
        cursor.execute(KEEP, [because.value, looked_at, given])
        cursor.execute(ADD, [given])


def opened_on(subjects: Iterable[Subject]) -> dict[UUID, date]:
    """By subject, the day on which they were of the age that the first record gave, where it gave one."""
    aged = [subject.pk for subject in subjects if subject.approximate_age is not None]
    days = Subject.objects.filter(pk__in=aged, cases__isnull=False).values_list("pk", "cases__opened_on")
    return dict(days) if aged else {}


def _told(subject: Subject, since: date | None) -> dict[str, Any]:
    """The row of a subject; an age counts as on the day since which it is on record."""
    outline = outline_of(subject.known(since))
    return {"subject": str(subject.pk), "packed": outline.packed(), "keys": sorted(keys_of(outline))}
