"""Counts of a force's records in a year, by the names that policies use.

Each counts only rows that the user may see. Restricted cases are in no count, as in the checks of the policy.
"""

from collections.abc import Callable, Mapping

from django.db.models import F

from handrail.cases.models import Case, Deadline, Referral
from handrail.organisations.models import Organisation
from handrail.policy.names import REGISTERED, refuse_unfit

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


OWN: Mapping[str, Count] = {
    "referrals-received": _referrals,
    "cases-opened": _opened,
    "cases-closed": _closed,
    "limits-kept-late": _late,
}
_counts: dict[str, Count] = {}


def register(name: str, count: Count) -> None:
    """Register a count under a name that packs may use.

    Raises ValueError for a bad name, and for one that another count has.
    """
    refuse_unfit(name)
    if name in _counts:
        raise ValueError(f"There is a count “{name}” already.")
    _counts[name] = count
    REGISTERED.counts.add(name)


def count_named(name: str) -> Count:
    """Return the count with this name. Raises KeyError where no room registered one."""
    return _counts[name]
