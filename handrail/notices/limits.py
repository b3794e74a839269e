"""Telling about limits: due soon and late to whoever keeps them, and what stays late further up, twice.

Each statement takes a batch of deadlines, so that its memory does not grow with their number.
"""

from collections.abc import Iterator, Sequence
from typing import Any

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

_ESCALATED = "reader.person, 'escalated', s.case_id, s.limit_id, %(time)s, s.due, %(at)s"
_LATE = "s.due <= CASE %(time)s WHEN 1 THEN s.late ELSE s.very_late END"
_UNTOLD = """NOT EXISTS (SELECT FROM notices_notice n WHERE n.case_id = s.case_id AND n.kind = 'escalated'
    AND n.about = s.limit_id AND n.number = %(time)s AND n.due = s.due)"""
# Never to the owner: they were told, and it is about their own case.
_ESCALATE = telling(
    f"""{_ESCALATED} FROM standing s JOIN cases_case c ON c.id = s.case_id
    JOIN organisations_organisation f ON f.id = c.force_id
    JOIN held ON held.role = ANY (%(roles)s)
        AND (held.force = f.id OR held.body = f.parent_id OR held.kind = 'nation')
    JOIN reader USING (person)
    WHERE {_LATE} AND held.person IS DISTINCT FROM c.owner_id AND (%(first)s OR {_UNTOLD}) AND {SEES}""",
    _RULES,
    _STANDING,
)
# Of a restricted case often nobody further up may know: then those who are named tell one another.
_ESCALATE_NAMED = telling(
    f"""{_ESCALATED} FROM standing s JOIN cases_case c ON c.id = s.case_id AND c.restricted
    JOIN access_grant g ON g.record = c.id AND g.kind = 'named' JOIN reader ON reader.person = g.person_id
    WHERE {_LATE} AND {_UNTOLD} AND {SEES}""",
    _RULES,
    _STANDING,
)

_NEXT = """SELECT id, due FROM cases_deadline
WHERE ended IS NULL AND due <= %s AND (due, id) > (%s, %s) ORDER BY due, id LIMIT %s"""
_OF_ENTRIES = """SELECT id FROM cases_deadline WHERE ended IS NULL
    AND case_id IN (SELECT chain FROM ledger_entry WHERE id > %s AND id <= %s)"""


def every_deadline(today: Day) -> Iterator[list[int]]:
    """The running deadlines that anybody may be told of, the longest late first, in batches."""
    due, last = today.day.min, 0
    while rows := fetched(_NEXT, today.horizon, due, last, BATCH):
        last, due = rows[-1]
        yield [deadline for deadline, _ in rows]


def deadlines_of(after: int, upto: int) -> list[int]:
    """The running deadlines of the cases to which these entries of the record belong."""
    return [deadline for (deadline,) in fetched(_OF_ENTRIES, after, upto)]


def tell(today: Day, deadlines: Sequence[int]) -> int:
    """Tell of these deadlines whoever is to be told by now; returns how many were not told before."""
    if not deadlines:
        return 0
    given = today.parameters(deadlines=list(deadlines))
    told = tell_all([_TELL], given | {"own_only": [role.value for role in OWN_CASES_ONLY]})
    return told + sum(_escalate(given, time) for time in range(1, TIMES + 1))


def _escalate(given: dict[str, Any], time: int) -> int:
    """Tell further up what is late so far; where nobody there may know it, still further up."""
    first = time - 1
    told = 0
    for level, roles in enumerate(LEVELS[first:]):
        named = {"time": time, "roles": [role.value for role in roles], "first": level == 0}
        told += tell_all([_ESCALATE], given | named)
    return told + tell_all([_ESCALATE_NAMED], given | {"time": time})
