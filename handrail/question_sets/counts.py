"""Counts of a force's records in a year, by the names that policies use.

Each counts only rows that the user may see. Restricted cases are in no count, as in the checks of the policy.
"""

from collections.abc import Callable, Mapping

from django.db.models import F

from handrail.cases.models import Case, Deadline, Referral
from handrail.organisations.models import Organisation

Count = Callable[[Organisation, int], int]


def _referrals(force: Organisation, year: int) -> int:
    received = Referral.objects.filter(force=force, received_on__year=year)
    return received.exclude(case__restricted=True).count()


def _opened(force: Organisation, year: int) -> int:
    return Case.objects.filter(force=force, opened_on__year=year, restricted=False).count()


def _closed(force: Organisation, year: int) -> int:
    return Case.objects.filter(force=force, closed_on__year=year, restricted=False).count()


def _late(force: Organisation, year: int) -> int:
    ended = Deadline.objects.filter(force=force, ended__year=year, ended__gt=F("due"), lapsed=False)
    return ended.exclude(case__restricted=True).count()


COUNTS: Mapping[str, Count] = {
    "referrals-received": _referrals,
    "cases-opened": _opened,
    "cases-closed": _closed,
    "limits-kept-late": _late,
}
