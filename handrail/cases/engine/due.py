"""The order of due dates, the same wherever something stands in it: what is due by the hour, then by the day.

Only a stated threat is due by the hour, while nobody said what was done. By its day alone it would stand
after all that is overdue since yesterday.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache

from django.db.models import F
from django.db.models.expressions import OrderBy

from handrail.cases.packs import in_any, known_packs
from handrail.policy.clock import add_hours
from handrail.policy.schema.pack import Pack


def by_due(*, last: bool = False) -> tuple[OrderBy, ...]:
    """Return the order of cases: the earliest due first, or the latest for `last`; nothing due comes last."""
    due = F("next_due")
    return (threats_first(), due.desc(nulls_last=True) if last else due.asc(nulls_last=True))


def threats_first(case: str = "") -> OrderBy:
    """Return the order by the moment at which a stated threat is due; `case` leads to the case."""
    return F(f"{case}threat_due_at").asc(nulls_last=True)


@cache
def limits_on_threats() -> tuple[str, ...]:
    """The limits that begin with a stated threat, on a case or in a register, of every policy."""
    return tuple(in_any(known_packs(), lambda pack: (one for one in pack.limits if one.on_threat)))


def threat_due(pack: Pack, stated: datetime | None, running: Collection[str]) -> datetime | None:
    """Return by when somebody says what was done about a threat on a case; None once no limit of it runs."""
    limit = pack.threat_limit
    waits = limit is not None and limit.id in running
    return add_hours(stated, limit.hours or 0) if limit and waits and stated else None
