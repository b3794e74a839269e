"""Keeping the outlines and keys of subjects in step with what is on record of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from handrail.subjects.kept import Because, Outline
from handrail.subjects.matching import keys_of, outline_of
from handrail.subjects.models import Subject

BATCH = 500
CHANGES = ["packed", "keys", "because", "looked_at"]
# Keys go in and out as arrays: tables under row security take no COPY.
FORGET = """DELETE FROM subjects_key k USING unnest(%s::bigint[], %s::uuid[]) AS was (key, subject)
WHERE k.key = was.key AND k.subject_id = was.subject"""
ADD = "INSERT INTO subjects_key (key, subject_id) SELECT * FROM unnest(%s::bigint[], %s::uuid[])"

Told = Callable[[int, int], None]


def keep(subjects: Iterable[Subject], because: Because, *, looked_at: datetime | None = None) -> None:
    """Refresh the outlines and keys of these subjects, in the transaction in which they were written.

    The worker looks for others like them afterwards, unless it is said when that was done.
    """
    rest = iter(subjects)
    while batch := list(islice(rest, BATCH)):
        prefetch_related_objects(batch, "details")
        _keep([_outline(subject, because, looked_at) for subject in batch])


def rebuild(told: Told, *, everybody: bool = True) -> int:
    """Make the outlines and keys of all subjects anew, or only those that are missing; returns how many.

    Each batch is a transaction of its own, so that it can be broken off; `told` hears how many are done, and
    of how many. For the owner or the worker: the web does not see everybody.
    """
    subjects = Subject.objects.all() if everybody else Subject.objects.filter(outline=None)
    done, total = 0, subjects.count()
    for batch in _batches(subjects.order_by("pk")):
        with transaction.atomic():
            keep(batch, Because.BULK, looked_at=timezone.now() if everybody else None)
        done += len(batch)
        told(done, total)
    return done


def _batches(subjects: QuerySet[Subject]) -> Iterator[Sequence[Subject]]:
    last = UUID(int=0)
    while batch := list(subjects.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _outline(subject: Subject, because: Because, looked_at: datetime | None) -> Outline:
    outline = outline_of(subject.known())
    keys = sorted(keys_of(outline))
    return Outline(subject=subject, packed=outline.packed(), keys=keys, because=because, looked_at=looked_at)


def _keep(outlines: Sequence[Outline]) -> None:
    kept = Outline.objects.filter(pk__in=[outline.pk for outline in outlines])
    _run(FORGET, kept)
    Outline.objects.bulk_create(
        outlines, update_conflicts=True, unique_fields=["subject"], update_fields=CHANGES
    )
    _run(ADD, outlines)


def _run(statement: str, outlines: Iterable[Outline]) -> None:
    """A statement over the keys of these outlines, each with its subject."""
    rows = [(key, outline.pk) for outline in outlines for key in outline.keys]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(statement, [[key for key, _ in rows], [subject for _, subject in rows]])
