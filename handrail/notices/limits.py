"""Notices about deadlines of cases: due soon, late and escalated.

Each statement takes one batch of deadlines, so that memory does not grow with their number.
"""

from collections.abc import Iterator, Sequence

from handrail.cases.pages.home_queries import OWN_CASES_ONLY
from handrail.notices.escalating import Escalation
from handrail.notices.readers import SEES
from handrail.notices.rules import Day
from handrail.notices.telling import fetched, tell_all, telling

BATCH = 5_000

_RULES = """rule AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(rules)s) AS r (pack text, "limit" text, before text, soon date,
        late date, very_late date, stops boolean, beside boolean, signs boolean, chairs boolean)
)"""
# A deadline that was late before a back record was taken over is shown on pages but causes no notice. A
# deadline causes none on the day it began either, as the step that began it has a notice of its own.
_NEAR = """near AS MATERIALIZED (
    SELECT d.case_id, d.limit_id AS about, 0 AS number, d.role, NULL::uuid AS keeper, d.due,
        rule.late, rule.very_late, rule.signs, rule.chairs,
        CASE WHEN d.due < %(day)s THEN 'overdue' ELSE rule.before END AS kind,
        c.pending_step = '' OR rule.beside OR d.due < %(day)s AS open
    FROM cases_deadline d JOIN cases_case c ON c.id = d.case_id
    JOIN rule ON rule.pack = c.pack_id AND rule."limit" = d.limit_id
    WHERE d.id = ANY (%(deadlines)s) AND d.ended IS NULL AND d.due <= rule.soon
        AND d.began < %(day)s AND (c.taken_over_on IS NULL OR d.due >= c.taken_over_on)
        AND (c.waiting_since IS NULL OR NOT rule.stops)
)"""
# The users responsible, as on the home page; if the deadline is late, also the owner of the case.
_KEEPER = """keeper AS (
    SELECT held.person, s.* FROM near s JOIN cases_case c ON c.id = s.case_id
    JOIN held ON held.force = c.force_id AND held.role = s.role AND held.role <> ALL (%(of_councils)s)
        AND (held.role <> ALL (%(own_only)s) OR held.person = c.owner_id)
    WHERE s.open
    UNION SELECT held.person, s.* FROM near s JOIN cases_case c ON c.id = s.case_id
    JOIN held ON held.body = c.council_id AND held.role = ANY (%(of_councils)s) WHERE s.open AND s.chairs
    UNION SELECT c.owner_id, s.* FROM near s JOIN cases_case c ON c.id = s.case_id
    WHERE s.kind = 'overdue' AND c.owner_id IS NOT NULL
)"""
# A user may not sign off their own decision, so they get no notice to do so.
_TELL = telling(
    f"""k.person, k.kind, k.case_id, k.about, 0, 0, k.due, %(at)s
    FROM keeper k JOIN reader USING (person) JOIN cases_case c ON c.id = k.case_id
    WHERE {SEES} AND NOT (k.signs AND k.kind <> 'overdue' AND c.pending_by IS NOT DISTINCT FROM k.person)""",
    _RULES,
    _NEAR,
    _KEEPER,
    again=True,
)

_ESCALATION = Escalation(_RULES, _NEAR)

_NEXT = """SELECT id, due FROM cases_deadline
WHERE ended IS NULL AND due <= %s AND (due, id) > (%s, %s) ORDER BY due, id LIMIT %s"""
_OF_ENTRIES = """SELECT id FROM cases_deadline WHERE ended IS NULL
    AND case_id IN (SELECT chain FROM ledger_entry WHERE id > %s AND id <= %s)"""


def every_deadline(today: Day) -> Iterator[list[int]]:
    """Yield the ids of running deadlines up to today's horizon, earliest due first, in batches."""
    due, last = today.day.min, 0
    while rows := fetched(_NEXT, [today.horizon, due, last, BATCH]):
        last, due = rows[-1]
        yield [deadline for deadline, _ in rows]


def deadlines_of(after: int, upto: int) -> list[int]:
    """Return the ids of running deadlines of the cases with ledger entries in this range of ids."""
    return [deadline for (deadline,) in fetched(_OF_ENTRIES, [after, upto])]


def tell(today: Day, deadlines: Sequence[int]) -> int:
    """Notify the users responsible for these deadlines; return how many notices are new."""
    if not deadlines:
        return 0
    own_only = [role.value for role in OWN_CASES_ONLY]
    given = today.parameters(deadlines=list(deadlines), own_only=own_only)
    return tell_all([_TELL], given) + _ESCALATION.tell(given)
