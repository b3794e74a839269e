"""Notices about follow-ups: assigned, refused, due soon or late."""

from collections.abc import Iterator, Sequence

from handrail.notices.escalating import Escalation
from handrail.notices.readers import SEES
from handrail.notices.rules import Day
from handrail.notices.telling import fetched, tell_all, telling

BATCH = 5_000

# The due day of a follow-up: of its acceptance while that is awaited, then of its outcome. A refused
# follow-up is overdue from the day it was refused.
DUE = """CASE WHEN f.refused_on IS NOT NULL THEN f.refused_on
    WHEN f.answer_due IS NOT NULL AND f.accepted_on IS NULL THEN f.answer_due ELSE f.due END"""
_PACKS = """pack AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(packs)s) AS p (pack text, soon date, late date, very_late date)
)"""
_NEAR = f"""near AS MATERIALIZED (
    SELECT f.id, f.case_id, f.kind_id AS about, f.number, {DUE} AS due, pack.late, pack.very_late,
        NULL::text AS role, f.to_person_id AS keeper,
        CASE WHEN {DUE} < %(day)s THEN 'overdue' ELSE 'due-soon' END AS kind
    FROM cases_followup f JOIN cases_case c ON c.id = f.case_id JOIN pack ON pack.pack = c.pack_id
    WHERE f.id = ANY (%(follow_ups)s) AND f.ended_on IS NULL AND {DUE} <= pack.soon AND f.began < %(day)s
)"""  # noqa: S608 our own words
# The assignee, or the case's owner if the assignee has no account; if late, also the owner and the assigner.
_ASKED = """asked AS (
    SELECT f.id, held.person FROM cases_followup f
    JOIN held ON held.person = f.to_person_id OR f.to_organisation_id IN (held.body, held.force)
    WHERE f.id = ANY (%(follow_ups)s) AND f.ended_on IS NULL AND f.refused_on IS NULL
)"""
_KEEPER = """keeper AS (
    SELECT asked.person, s.* FROM near s JOIN asked USING (id)
    UNION SELECT c.owner_id, s.* FROM near s JOIN cases_followup f USING (id)
        JOIN cases_case c ON c.id = f.case_id
    WHERE s.kind = 'overdue' OR f.to_person_id IS NULL AND f.to_organisation_id IS NULL
    UNION SELECT f.by, s.* FROM near s JOIN cases_followup f USING (id) WHERE s.kind = 'overdue'
)"""
_TELL = telling(
    f"""k.person, k.kind, k.case_id, k.about, k.number, 0, k.due, %(at)s
    FROM keeper k JOIN reader USING (person) JOIN cases_case c ON c.id = k.case_id WHERE {SEES}""",
    _PACKS,
    _NEAR,
    _ASKED,
    _KEEPER,
    again=True,
)
_NEW = telling(
    f"""reader.person, 'asked', f.case_id, f.kind_id, f.number, 0, NULL::date, %(at)s
    FROM asked JOIN cases_followup f USING (id) JOIN reader USING (person)
    JOIN cases_case c ON c.id = f.case_id
    WHERE f.accepted_on IS NULL AND f.began <= %(day)s AND reader.person <> f.by AND {SEES}""",
    _ASKED,
    again=True,
)
_REFUSED = telling(
    f"""reader.person, 'refused', f.case_id, f.kind_id, f.number, 0, f.refused_on, %(at)s
    FROM cases_followup f JOIN cases_case c ON c.id = f.case_id
    JOIN reader ON reader.person IN (f.by, c.owner_id) AND reader.person IS DISTINCT FROM f.to_person_id
    WHERE f.id = ANY (%(follow_ups)s) AND f.ended_on IS NULL AND f.refused_on <= %(day)s AND {SEES}"""
)
_ESCALATION = Escalation(_PACKS, _NEAR)

_NEXT = "SELECT id FROM cases_followup WHERE ended_on IS NULL AND id > %s ORDER BY id LIMIT %s"
_OF_ENTRIES = """SELECT id FROM cases_followup WHERE ended_on IS NULL
    AND case_id IN (SELECT chain FROM ledger_entry WHERE id > %s AND id <= %s)"""


def every_follow_up() -> Iterator[list[int]]:
    """Yield the ids of all open follow-ups, in batches."""
    last = 0
    while rows := fetched(_NEXT, [last, BATCH]):
        yield [id_ for (id_,) in rows]
        last = rows[-1][0]


def follow_ups_of(after: int, upto: int) -> list[int]:
    """Return the ids of open follow-ups on the cases with ledger entries in this range of ids."""
    return [id_ for (id_,) in fetched(_OF_ENTRIES, [after, upto])]


def tell_new(today: Day, follow_ups: Sequence[int]) -> int:
    """Notify users of new and refused follow-ups among these; return how many notices are new."""
    return tell_all([_NEW, _REFUSED], today.parameters(follow_ups=list(follow_ups))) if follow_ups else 0


def tell(today: Day, follow_ups: Sequence[int]) -> int:
    """Notify users of follow-ups among these that are due soon or late; return how many notices are new."""
    given = today.parameters(follow_ups=list(follow_ups))
    return tell_all([_TELL], given) + _ESCALATION.tell(given) if follow_ups else 0
