"""Escalation of late work in two stages: first to supervisors, then to the people who lead the force.

The statement that uses `Escalation` supplies a CTE `near` with one row for each late item: its case, its
`about` and number, its due day, the latest due days (`late`, `very_late`) of each stage, and the role or the
person responsible.
"""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from handrail.cases.case_access.access_reviews import LEVELS
from handrail.notices.readers import SEES
from handrail.notices.telling import fetched, tell_all, telling

TIMES = 2

_LATE = """late AS MATERIALIZED (
    SELECT s.case_id, s.about, s.number, s.due, s.role, s.keeper, l.time, l.roles FROM near s
    JOIN jsonb_to_recordset(%(levels)s) AS l (time int, roles text[])
        ON s.due <= CASE l.time WHEN 1 THEN s.late ELSE s.very_late END
)"""
# OFFSET 0 makes PostgreSQL look each one up in the index; a join would read every notice.
_UNTOLD = """NOT EXISTS (SELECT FROM notices_notice n WHERE n.case_id = s.case_id AND n.kind = 'escalated'
    AND n.over_at IS NULL AND n.about = s.about AND n.number = s.number AND n.time = s.time AND n.due = s.due
    OFFSET 0)"""
_ESCALATED = "reader.person, 'escalated', s.case_id, s.about, s.number, s.time, s.due, %(at)s FROM late s"
# Not to the owner or to the users responsible: they have notices already.
_TO_LEVEL = f"""{_ESCALATED} JOIN cases_case c ON c.id = s.case_id
    JOIN organisations_organisation f ON f.id = c.force_id
    JOIN held ON held.role = ANY (s.roles) AND held.role IS DISTINCT FROM s.role
        AND (held.force = f.id OR held.body = f.parent_id OR held.kind = 'nation')
    JOIN reader USING (person)
    WHERE held.person IS DISTINCT FROM c.owner_id AND held.person IS DISTINCT FROM s.keeper AND {SEES}"""
# Often no superior may see a restricted case: then everybody named for the case is notified.
_TO_NAMED = f"""{_ESCALATED} JOIN cases_case c ON c.id = s.case_id AND c.restricted
    JOIN access_grant g ON g.record = c.id AND g.kind = 'named' JOIN reader ON reader.person = g.person_id
    WHERE {_UNTOLD} AND {SEES}"""


class Escalation:
    """The escalation of the late items in a CTE `near`, which `parts` define."""

    def __init__(self, *parts: str) -> None:
        parts = (*parts, _LATE)
        self.first = telling(_TO_LEVEL, *parts, again=True)
        self.still = telling(f"{_TO_LEVEL} AND {_UNTOLD}", *parts, again=True)
        self.named = telling(_TO_NAMED, *parts, again=True)
        self.untold = f"WITH {', '.join(parts)} SELECT EXISTS (SELECT FROM late s WHERE {_UNTOLD})"  # noqa: S608

    def tell(self, given: Mapping[str, Any]) -> int:
        """Notify the level of each stage; if nobody at a level may see the case, the levels above.

        Returns how many notices are new.
        """
        given = {**given, "levels": _levels(0)}
        told = tell_all([self.first], given)
        [(untold,)] = fetched(self.untold, given)
        if not untold:
            return told
        told += sum(tell_all([self.still], {**given, "levels": _levels(up)}) for up in range(1, len(LEVELS)))
        return told + tell_all([self.named], given)


def _levels(up: int) -> Jsonb:
    """Return the roles to notify at each stage, `up` levels above the usual ones."""
    levels = enumerate(LEVELS[up : up + TIMES], start=1)
    return Jsonb([{"time": time, "roles": [role.value for role in roles]} for time, roles in levels])
