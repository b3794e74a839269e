"""Background matching: search by the worker after a referral or an import.

The user who takes a referral learns nothing of restricted cases. The worker therefore proposes a match on
the restricted record, to the people named there. Matches from an import have no assignee.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, prefetch_related_objects
from django.utils import timezone

from handrail.cases.models import Case
from handrail.ledger.models import Entry
from handrail.subjects.finding import Near, NearOne, near_any
from handrail.subjects.matching import Strength
from handrail.subjects.models import Outline, PossibleMatch, Subject
from handrail.subjects.possible_matches import propose

BATCH = 100
MOST = 20


def look_beyond(at: datetime | None = None, *, most: int = 500) -> int:
    """Match each subject that has not been matched yet; return how many were, at most about `most`.

    Each batch is a transaction of its own and locks its rows, so the run can be interrupted or run twice at
    once. `most` keeps other tasks of the worker from waiting long.
    """
    done = 0
    while done < most and (looked := _batch(at or timezone.now())):
        done += looked
    return done


def look_for(subject: UUID) -> int:
    """Match one subject if it has not been matched yet; return 1, or 0 where it had been."""
    return _batch(timezone.now(), subject)


def _batch(at: datetime, only: UUID | None = None) -> int:
    """Match up to BATCH waiting subjects, or `only` one, in one transaction; return how many."""
    with transaction.atomic():
        waiting = Outline.objects.filter(looked_at=None).select_related("subject").order_by("pk")
        waiting = waiting.filter(pk=only) if only else waiting
        batch = list(waiting.select_for_update(of=("self",), skip_locked=True)[:BATCH])
        if batch:
            near = _near(batch)
            propose(_matches(batch, [one.near[:MOST] for one in near], at))
            for outline, one in zip(batch, near, strict=True):
                outline.looked_at, outline.capped = at, one.capped
            Outline.objects.bulk_update(batch, ["looked_at", "capped"])
        return len(batch)


def _near(batch: Sequence[Outline]) -> list[NearOne]:
    """Return what is near to each of these match records."""
    subjects = [outline.subject for outline in batch]
    prefetch_related_objects(subjects, "details")
    return near_any(subjects)


def _matches(batch: Sequence[Outline], near: Sequence[list[Near]], at: datetime) -> list[PossibleMatch]:
    """Return new possible matches of these match records, one for each pair, without pairs known already."""
    subjects = [outline.subject for outline in batch]
    beside = _beside(subjects)
    answers = _who_answers(
        {subject.pk for subject in subjects} | {one.subject for found in near for one in found}
    )
    made: dict[frozenset[UUID], PossibleMatch] = {}
    for outline, found in zip(batch, near, strict=True):
        for one in found:
            pair = frozenset({outline.pk, one.subject})
            if pair not in beside and pair not in made:
                made[pair] = _match(outline, one, at, turned=answers[one.subject] > answers[outline.pk])
    return list(made.values())


def _beside(subjects: Iterable[Subject]) -> set[frozenset[UUID]]:
    """Return the pairs of subject ids that are proposed already and include one of these subjects."""
    ids = [subject.pk for subject in subjects]
    pairs = PossibleMatch.objects.filter(Q(subject__in=ids) | Q(other__in=ids))
    return {frozenset(pair) for pair in pairs.values_list("subject", "other")}


def _who_answers(subjects: Collection[UUID]) -> dict[UUID, tuple[bool, int]]:
    """Return a sort key by subject. Of two subjects the higher key gets the question.

    A restricted record comes before any other, then the one opened later.
    """
    cases = Case.objects.filter(subject__in=subjects).values_list("pk", "subject", "restricted")
    about = {case: (subject, restricted) for case, subject, restricted in cases}
    opened = dict(Entry.objects.filter(chain__in=about, number=1).values_list("chain", "pk"))
    found = dict.fromkeys(subjects, (False, 0))
    for case, (subject, restricted) in about.items():
        found[subject] = max(found[subject], (restricted, opened.get(case, 0)))
    return found


def _match(outline: Outline, one: Near, at: datetime, *, turned: bool) -> PossibleMatch:
    """Return the possible match of two subjects.

    Normally the question belongs to the record that was searched for; `turned` puts it on the other.
    """
    subject, other = (one.subject, outline.pk) if turned else (outline.pk, one.subject)
    return PossibleMatch(
        subject_id=subject,
        other_id=other,
        weight=one.weight,
        strong=one.strength is Strength.STRONG,
        because=outline.because,
        found_at=at,
    )
