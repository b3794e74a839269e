"""The head of a case's pages: where the case stands, and how much is on each of its pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from handrail.cases.models import Case, Deadline, FollowUp
from handrail.cases.models.compiled import compiled
from handrail.cases.timeline.follow_ups_shown import kinds_of_likeness
from handrail.ledger.models import Entry
from handrail.policy.step_kinds.document import DOCUMENT
from handrail.records.packs import in_any, known_packs


@dataclass(frozen=True, slots=True)
class Head:
    """The head of every page of a case: today, open actions and requests, documents, and what is due next.

    `next`: the title of the step that is due next, that of a stated threat before all others; or "".
    """

    case: Case
    today: date
    actions: int
    documents: int
    next: str


def head_of(case: Case) -> Head:
    """Return the head of a case's pages, from one query."""
    documents = tuple(sorted(in_any(known_packs(), DOCUMENT.steps)))
    urgent = tuple(sorted(limit.id for limit in case.pack.limits if limit.on_threat))
    [counted] = _counted(tuple(sorted(kinds_of_likeness(case.pack))), documents, urgent, case=case.pk)
    step = case.pack.step_by_id.get(counted["step"])
    title = step.title if step else ""
    return Head(case, timezone.localdate(), counted["actions"], counted["documents"], title)


@compiled(case=UUID)
def _counted(
    left_out: tuple[str, ...], documents: tuple[str, ...], urgent: tuple[str, ...], case: UUID
) -> "QuerySet[Case, Any]":
    asked = FollowUp.objects.open().filter(case=OuterRef("pk")).exclude(kind_id__in=left_out)
    added = Entry.objects.filter(chain=OuterRef("pk"), act__in=documents)
    running = Deadline.objects.running().filter(case=OuterRef("pk"))
    is_urgent = ExpressionWrapper(Q(limit_id__in=urgent), BooleanField())
    first = running.order_by(is_urgent.desc(), "due", "limit_id")
    return Case.objects.filter(pk=case).values(
        actions=_number_of(asked, "case"),
        documents=_number_of(added, "chain"),
        step=Subquery(first.values("step_id")[:1]),
    )


def _number_of(rows: "QuerySet[Any]", of: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(of).annotate(n=Count("pk")).values("n")), 0)
