"""What the worker looks for after a referral was taken: what was kept from whoever took it, and imports.

Whoever takes a referral learns nothing of a record that only named people see; those people are told, by a
proposal on that record. What came in a run over many is proposed and asked of nobody in particular.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from handrail.cases.models import Case
from handrail.ledger.models import Entry
from handrail.subjects.finding import Near, near_any
from handrail.subjects.matching import Strength
from handrail.subjects.models import Outline, Proposal, Subject
from handrail.subjects.proposals import propose

BATCH = 100
MOST = 20


def look_beyond(at: datetime | None = None, *, most: int = 500) -> int:
    """Look for others like each subject for which that was not done yet; returns for how many.

    In batches, each a transaction of its own: it can be broken off anywhere, and run beside itself. At most
    so many at a time, so that what else the worker does need not wait for long.
    """
    done = 0
    while done < most and (looked := _batch(at or timezone.now())):
        done += looked
    return done


def look_for(subject: UUID) -> int:
    """Look for others like one subject, where that was not done yet; returns for how many."""
    return _batch(timezone.now(), subject)


def _batch(at: datetime, only: UUID | None = None) -> int:
    with transaction.atomic():
        waiting = Outline.objects.filter(looked_at=None).select_related("subject").order_by("pk")
        waiting = waiting.filter(pk=only) if only else waiting
        batch = list(waiting.select_for_update(of=("self",), skip_locked=True)[:BATCH])
        if batch:
            propose(_proposals(batch, at))
            Outline.objects.filter(pk__in=[outline.pk for outline in batch]).update(looked_at=at)
        return len(batch)


def _proposals(batch: Sequence[Outline], at: datetime) -> list[Proposal]:
    """What these outlines are like, that does not stand beside them yet; each pair once."""
    subjects = [outline.subject for outline in batch]
    prefetch_related_objects(subjects, "details")
    near = [found[:MOST] for found in near_any(subjects)]
    beside = _beside(subjects)
    answers = _who_answers(
        {subject.pk for subject in subjects} | {one.subject for found in near for one in found}
    )
    made: dict[frozenset[UUID], Proposal] = {}
    for outline, found in zip(batch, near, strict=True):
        for one in found:
            pair = frozenset({outline.pk, one.subject})
            if pair not in beside and pair not in made:
                made[pair] = _proposal(outline, one, at, turned=answers[one.subject] > answers[outline.pk])
    return list(made.values())


def _beside(subjects: Iterable[Subject]) -> set[frozenset[UUID]]:
    """The pairs of which one of these is either that are proposed already."""
    ids = [subject.pk for subject in subjects]
    pairs = Proposal.objects.filter(Q(subject__in=ids) | Q(other__in=ids))
    return {frozenset(pair) for pair in pairs.values_list("subject", "other")}


def _who_answers(subjects: Collection[UUID]) -> dict[UUID, tuple[bool, int]]:
    """Of two records the one is asked that only named people see, otherwise the later one."""
    cases = Case.objects.filter(subject__in=subjects).values_list("pk", "subject", "restricted")
    about = {case: (subject, restricted) for case, subject, restricted in cases}
    opened = dict(Entry.objects.filter(chain__in=about, number=1).values_list("chain", "pk"))
    found = dict.fromkeys(subjects, (False, 0))
    for case, (subject, restricted) in about.items():
        found[subject] = max(found[subject], (restricted, opened.get(case, 0)))
    return found


def _proposal(outline: Outline, one: Near, at: datetime, *, turned: bool) -> Proposal:
    """It is answered on the record of whoever was looked for; turned round, on the other one."""
    subject, other = (one.subject, outline.pk) if turned else (outline.pk, one.subject)
    return Proposal(
        subject_id=subject,
        other_id=other,
        weight=one.weight,
        strong=one.strength is Strength.STRONG,
        because=outline.because,
        found_at=at,
    )
