"""Telling about limits: due soon and late to whoever keeps them, and what stays late further up, twice.

Each statement takes a batch of deadlines, so that its memory does not grow with their number.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from handrail.cases.home import OWN_CASES_ONLY
from handrail.cases.reviewing import LEVELS
from handrail.notices.readers import SEES
from handrail.notices.rules import Day
from handrail.notices.telling import fetched, tell_all, telling
from handrail.organisations.roles import Role

BATCH = 5_000
TIMES = 2  # how often what stays late is told further up: to the supervisors, then to those who lead
CHAIR = Role.PANEL_CHAIR.value

_RULES = """rule AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(rules)s) AS r (pack text, "limit" text, before text, soon date,
        late date, very_late date, stops boolean, beside boolean, signs boolean, chairs boolean)
)"""
# What is told now; not on the day on which it began, which is news of its own.
_STANDING = """standing AS MATERIALIZED (
    SELECT d.case_id, d.limit_id, d.role, d.due, rule.late, rule.very_late, rule.signs, rule.chairs,
        CASE WHEN d.due < %(day)s THEN 'overdue' ELSE rule.before END AS kind,
        c.pending_step = '' OR rule.beside OR d.due < %(day)s AS open
    FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id
    JOIN rule ON rule.pack = c.pack_id AND rule."limit" = d.limit_id
    WHERE d.id = ANY (%(deadlines)s) AND d.ended IS NULL AND d.due <= rule.soon
        AND d.began < %(day)s AND (c.waiting_since IS NULL OR NOT rule.stops)
)"""
# Whoever keeps it, as the home page has it; and of what is late the owner, who answers for the case.
_KEEPER = f"""keeper AS (
    SELECT held.person, s.* FROM standing s JOIN cases_case c ON c.id = s.case_id
    JOIN held ON held.force = c.force_id AND held.role = s.role AND held.role <> '{CHAIR}'
        AND (held.role <> ALL (%(own_only)s) OR held.person = c.owner_id)
    WHERE s.open
    UNION SELECT held.person, s.* FROM standing s JOIN cases_case c ON c.id = s.case_id
    JOIN held ON held.body = c.council_id AND held.role = '{CHAIR}' WHERE s.open AND s.chairs
    UNION SELECT c.owner_id, s.* FROM standing s JOIN cases_case c ON c.id = s.case_id
    WHERE s.kind = 'overdue' AND c.owner_id IS NOT NULL
)"""  # noqa: S608 our own words
# Nobody signs off what they decided themselves.
_TELL = telling(
    f"""k.person, k.kind, k.case_id, k.limit_id, 0, k.due, %(at)s
    FROM keeper k JOIN reader USING (person) JOIN cases_case c ON c.id = k.case_id
    WHERE {SEES} AND NOT (k.signs AND k.kind <> 'overdue' AND c.pending_by IS NOT DISTINCT FROM k.person)""",
    _RULES,
    _STANDING,
    _KEEPER,
)

# What is late so far, told as often as it is told further up, and by whom it is told then.
_LATE = """late AS MATERIALIZED (
    SELECT s.case_id, s.limit_id, s.due, l.time, l.roles FROM standing s
    JOIN jsonb_to_recordset(%(levels)s) AS l (time int, roles text[])
        ON s.due <= CASE l.time WHEN 1 THEN s.late ELSE s.very_late END
)"""
_UNTOLD = """NOT EXISTS (SELECT FROM notices_notice n WHERE n.case_id = s.case_id AND n.kind = 'escalated'
    AND n.about = s.limit_id AND n.number = s.time AND n.due = s.due)"""
_ESCALATED = "reader.person, 'escalated', s.case_id, s.limit_id, s.time, s.due, %(at)s FROM late s"
# Never to the owner: they were told, and it is about their own case.
_TO_LEVEL = f"""{_ESCALATED} JOIN cases_case c ON c.id = s.case_id
    JOIN organisations_organisation f ON f.id = c.force_id
    JOIN held ON held.role = ANY (s.roles)
        AND (held.force = f.id OR held.body = f.parent_id OR held.kind = 'nation')
    JOIN reader USING (person)
    WHERE held.person IS DISTINCT FROM c.owner_id AND {SEES}"""
_FURTHER_UP = (_RULES, _STANDING, _LATE)
_ESCALATE = telling(_TO_LEVEL, *_FURTHER_UP)
_ESCALATE_STILL = telling(f"{_TO_LEVEL} AND {_UNTOLD}", *_FURTHER_UP)
# Of a restricted case often nobody further up may know: then those who are named tell one another.
_ESCALATE_NAMED = telling(
    f"""{_ESCALATED} JOIN cases_case c ON c.id = s.case_id AND c.restricted
    JOIN access_grant g ON g.record = c.id AND g.kind = 'named' JOIN reader ON reader.person = g.person_id
    WHERE {_UNTOLD} AND {SEES}""",
    *_FURTHER_UP,
)
_ANY_UNTOLD = f"""WITH {", ".join(_FURTHER_UP)}
SELECT EXISTS (SELECT FROM late s WHERE {_UNTOLD})"""  # noqa: S608 our own words

_NEXT = """SELECT id, due FROM cases_deadline
WHERE ended IS NULL AND due <= %s AND (due, id) > (%s, %s) ORDER BY due, id LIMIT %s"""
_OF_ENTRIES = """SELECT id FROM cases_deadline WHERE ended IS NULL
    AND case_id IN (SELECT chain FROM ledger_entry WHERE id > %s AND id <= %s)"""


def every_deadline(today: Day) -> Iterator[list[int]]:
    """The running deadlines that anybody may be told of, the longest late first, in batches."""
    due, last = today.day.min, 0
    while rows := fetched(_NEXT, [today.horizon, due, last, BATCH]):
        last, due = rows[-1]
        yield [deadline for deadline, _ in rows]


def deadlines_of(after: int, upto: int) -> list[int]:
    """The running deadlines of the cases to which these entries of the record belong."""
    return [deadline for (deadline,) in fetched(_OF_ENTRIES, [after, upto])]


def tell(today: Day, deadlines: Sequence[int]) -> int:
    """Tell of these deadlines whoever is to be told by now; returns how many were not told before."""
    if not deadlines:
        return 0
    own_only = [role.value for role in OWN_CASES_ONLY]
    given = today.parameters(deadlines=list(deadlines), own_only=own_only, levels=_levels(0))
    told = tell_all([_TELL, _ESCALATE], given)
    [(untold,)] = fetched(_ANY_UNTOLD, given)
    return told + (_escalate_still(given) if untold else 0)


def _escalate_still(given: dict[str, Any]) -> int:
    """Where nobody of a level may know of what is late, tell those further up."""
    told = sum(tell_all([_ESCALATE_STILL], given | {"levels": _levels(up)}) for up in range(1, len(LEVELS)))
    return told + tell_all([_ESCALATE_NAMED], given)


def _levels(up: int) -> Jsonb:
    """Who is told at each time, so many levels above those who are told first."""
    levels = enumerate(LEVELS[up : up + TIMES], start=1)
    return Jsonb([{"time": time, "roles": [role.value for role in roles]} for time, roles in levels])
