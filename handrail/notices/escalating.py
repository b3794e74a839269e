"""What stays late goes further up, twice: to the supervisors, then to those who lead.

What is late comes as a part `standing` of the statement: its case, what it is about, its day due, the days up
to which it has to be due to be told further up, and the role or the person that keeps it.
"""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from handrail.cases.case_access.access_reviews import LEVELS
from handrail.notices.readers import SEES
from handrail.notices.telling import fetched, tell_all, telling

TIMES = 2

_LATE = """late AS MATERIALIZED (
    SELECT s.case_id, s.about, s.number, s.due, s.role, s.keeper, l.time, l.roles FROM standing s
    JOIN jsonb_to_recordset(%(levels)s) AS l (time int, roles text[])
        ON s.due <= CASE l.time WHEN 1 THEN s.late ELSE s.very_late END
)"""
# OFFSET 0 has each looked up in the index: joined, it would read every notice there is.
_UNTOLD = """NOT EXISTS (SELECT FROM notices_notice n WHERE n.case_id = s.case_id AND n.kind = 'escalated'
    AND n.about = s.about AND n.number = s.number AND n.time = s.time AND n.due = s.due OFFSET 0)"""
_ESCALATED = "reader.person, 'escalated', s.case_id, s.about, s.number, s.time, s.due, %(at)s FROM late s"
# To nobody who keeps it, nor to the owner: they were told, and others answer for them.
_TO_LEVEL = f"""{_ESCALATED} JOIN cases_case c ON c.id = s.case_id
    JOIN organisations_organisation f ON f.id = c.force_id
    JOIN held ON held.role = ANY (s.roles) AND held.role IS DISTINCT FROM s.role
        AND (held.force = f.id OR held.body = f.parent_id OR held.kind = 'nation')
    JOIN reader USING (person)
    WHERE held.person IS DISTINCT FROM c.owner_id AND held.person IS DISTINCT FROM s.keeper AND {SEES}"""
# Of a restricted case often nobody further up may know: then those who are named tell one another.
_TO_NAMED = f"""{_ESCALATED} JOIN cases_case c ON c.id = s.case_id AND c.restricted
    JOIN access_grant g ON g.record = c.id AND g.kind = 'named' JOIN reader ON reader.person = g.person_id
    WHERE {_UNTOLD} AND {SEES}"""


class Escalation:
    """Telling further up what some parts of a statement make `standing`."""

    def __init__(self, *parts: str) -> None:
        parts = (*parts, _LATE)
        self.first = telling(_TO_LEVEL, *parts)
        self.still = telling(f"{_TO_LEVEL} AND {_UNTOLD}", *parts)
        self.named = telling(_TO_NAMED, *parts)
        self.untold = f"WITH {', '.join(parts)} SELECT EXISTS (SELECT FROM late s WHERE {_UNTOLD})"  # noqa: S608

    def tell(self, given: Mapping[str, Any]) -> int:
        """Tell each level; where nobody of it may know, those further up. Returns how many were told."""
        given = {**given, "levels": _levels(0)}
        told = tell_all([self.first], given)
        [(untold,)] = fetched(self.untold, given)
        if not untold:
            return told
        told += sum(tell_all([self.still], {**given, "levels": _levels(up)}) for up in range(1, len(LEVELS)))
        return told + tell_all([self.named], given)


def _levels(up: int) -> Jsonb:
    """Who is told at each time, so many levels above those who are told first."""
    levels = enumerate(LEVELS[up : up + TIMES], start=1)
    return Jsonb([{"time": time, "roles": [role.value for role in roles]} for time, roles in levels])
