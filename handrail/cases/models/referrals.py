"""The referrals of a case, newest first."""

from functools import cache
from uuid import UUID

from django.db.models import Case as Whether
from django.db.models import QuerySet, When

from handrail.cases.models import Case, Referral
from handrail.cases.models.compiled import compiled
from handrail.policy.step_kinds.opening import openings
from handrail.records.packs import in_any, known_packs


def referrals_of(case: Case) -> list[Referral]:
    """Return the referrals of a case, newest first. The last one opened the case."""
    found = _referrals(case=case.pk)
    for referral in found:
        referral.case = case
    return found


@compiled(case=UUID)
def _referrals(case: UUID) -> "QuerySet[Referral]":
    # On the day of opening, the referral that opened the case sorts last: it was recorded first.
    opened = Whether(When(step_id__in=opening_steps(), then=1), default=0)
    return Referral.objects.filter(case=case).order_by("-received_on", opened, "-pk")


@cache
def opening_steps() -> frozenset[str]:
    """Return the ids of the steps that open a case, in every known pack."""
    return frozenset(in_any(known_packs(), openings))
