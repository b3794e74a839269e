"""Order of due dates in every list: threats by the hour first, everything else by the day.

Only a stated threat without a recorded response is due by the hour. Sorted by its day alone, it would come
after everything overdue since yesterday.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from django.db.models import F
from django.db.models.expressions import OrderBy

from handrail.policy.clock import add_hours
from handrail.policy.schema.pack import Pack
from handrail.records.packs import in_any, known_packs


def by_due(*, last: bool = False) -> tuple[OrderBy, ...]:
    """Return the order of cases: earliest due first, or latest with `last`; those with nothing due last."""
    due = F("next_due")
    return (threats_first(), due.desc(nulls_last=True) if last else due.asc(nulls_last=True))


def threats_first(case: str = "") -> OrderBy:
    """Return the order by the moment a response to a threat is due; `case` is a lookup prefix to the case."""
    return F(f"{case}threat_due_at").asc(nulls_last=True)


@cache
def limits_on_threats() -> tuple[str, ...]:
    """Return the ids of limits that a stated threat begins, on cases and in registers, in all packs."""
    return tuple(in_any(known_packs(), lambda pack: (one for one in pack.limits if one.on_threat)))


def threat_due(pack: Pack, stated: datetime | None, running: Collection[str]) -> datetime | None:
    """Return the moment by which the response to a threat is due; None when its limit does not run."""
    limit = pack.threat_limit
    waits = limit is not None and limit.id in running
    return add_hours(stated, limit.hours or 0) if limit and waits and stated else None
