"""What the worker looks for after a referral was taken: what was kept from whoever took it, and imports.

Whoever takes a referral learns nothing of a record that only named people see; those people are told, by a
proposal on that record. What came in a run over many is proposed and asked of nobody in particular.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from handrail.cases.models import Case
from handrail.ledger.models import Entry
from handrail.subjects.finding import Candidate, near_any
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
        for outline in batch:
            _look(outline, at)
        Outline.objects.filter(pk__in=[outline.pk for outline in batch]).update(looked_at=at)
        return len(batch)


def _look(outline: Outline, at: datetime) -> None:
    subject = outline.subject
    near = [one for one in near_any(subject)[:MOST] if one.likeness.strength is not Strength.WEAK]
    answers = _who_answers([subject, *(one.subject for one in near)])
    turned = {one.subject.pk for one in near if answers[one.subject.pk] > answers[subject.pk]}
    propose(_proposal(outline, one, at, turned=one.subject.pk in turned) for one in _new(subject, near))


def _new(subject: Subject, near: Iterable[Candidate]) -> Iterable[Candidate]:
    """Those that do not stand beside it yet."""
    pairs = Proposal.objects.filter(Q(subject=subject) | Q(other=subject)).values_list("subject", "other")
    beside = {each for pair in pairs for each in pair}
    return (one for one in near if one.subject.pk not in beside)


def _who_answers(subjects: Iterable[Subject]) -> dict[UUID, tuple[bool, int]]:
    """Of two records the one is asked that only named people see, otherwise the later one."""
    subjects = list(subjects)
    cases = {case.pk: case for case in Case.objects.filter(subject__in=subjects)}
    opened = dict(Entry.objects.filter(chain__in=cases, number=1).values_list("chain", "pk"))
    found = {subject.pk: (False, 0) for subject in subjects}
    for case in cases.values():
        if case.subject_id:
            found[case.subject_id] = max(found[case.subject_id], (case.restricted, opened.get(case.pk, 0)))
    return found


def _proposal(outline: Outline, one: Candidate, at: datetime, *, turned: bool) -> Proposal:
    """It is answered on the record of whoever was looked for; turned round, on the other one."""
    subject, other = (one.subject, outline.subject) if turned else (outline.subject, one.subject)
    return Proposal(
        subject=subject,
        other=other,
        weight=one.likeness.weight,
        strong=one.likeness.strength is Strength.STRONG,
        because=outline.because,
        found_at=at,
    )
