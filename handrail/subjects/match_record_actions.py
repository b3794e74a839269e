"""Keep the match records of subjects, outlines and keys, in step with their details."""

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
# Rows are passed as one JSON text: COPY does not work under row security, and arrays are slow to write.
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

Progress = Callable[[int, int], None]


def index_subjects(
    subjects: Iterable[Subject], because: IndexReason, *, looked_at: datetime | None = None
) -> None:
    """Refresh the outlines and keys of these subjects, in the transaction that writes the subjects.

    The worker then searches for possible matches, unless `looked_at` says when that was done.
    """
    rest = iter(subjects)
    while batch := list(islice(rest, BATCH)):
        prefetch_related_objects(batch, "details")
        _keep(batch, because, looked_at)


def rebuild(progress: Progress, *, everybody: bool = True) -> int:
    """Rebuild the outlines and keys of all subjects, or only missing ones; return the number of subjects.

    Each batch is its own transaction, so the work can be interrupted. `progress` is called with the numbers
    done and total. For the owner or the worker: the web does not see every row.
    """
    subjects = Subject.objects.all() if everybody else Subject.objects.filter(outline=None)
    done, total = 0, subjects.count()
    for batch in _batches(subjects.order_by("pk")):
        with transaction.atomic():
            index_subjects(batch, IndexReason.BULK, looked_at=timezone.now() if everybody else None)
        done += len(batch)
        progress(done, total)
    return done


def _batches(subjects: QuerySet[Subject]) -> Iterator[Sequence[Subject]]:
    last = UUID(int=0)
    while batch := list(subjects.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _keep(batch: Sequence[Subject], because: IndexReason, looked_at: datetime | None) -> None:
    since = opened_on(batch)
    given = json.dumps([_row_of(subject, since.get(subject.pk)) for subject in batch])
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [[subject.pk for subject in batch]])
        cursor.execute(KEEP, [because.value, looked_at, given])
        cursor.execute(ADD, [given])


def opened_on(subjects: Iterable[Subject]) -> dict[UUID, date]:
    """Map subjects with an approximate age to the day on which the first record stated the age."""
    aged = [subject.pk for subject in subjects if subject.approximate_age is not None]
    days = Subject.objects.filter(pk__in=aged, cases__isnull=False).values_list("pk", "cases__opened_on")
    return dict(days) if aged else {}


def _row_of(subject: Subject, since: date | None) -> dict[str, Any]:
    """Return the row of a subject; an approximate age counts as of the day `since`."""
    outline = outline_of(subject.known(since))
    return {"subject": str(subject.pk), "packed": outline.packed(), "keys": sorted(keys_of(outline))}
