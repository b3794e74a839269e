"""Notices about records that may be of one person: possible matches, links and unlinks, and searches.

The people responsible for a record are notified of what was found about it: its owner or, for a restricted
case, everybody named. Nobody is notified about a record that they are excluded from.
"""

from datetime import timedelta

from handrail.notices.readers import IN_OFFICE, SEES
from handrail.notices.rules import Day
from handrail.notices.telling import tell_all, telling

TOLD_FOR = timedelta(days=28)

# `c` is the case of the user notified, `s` the other case.
_ANSWERS_FOR = f"""(reader.person = c.owner_id OR c.restricted AND EXISTS (SELECT FROM access_grant g
    WHERE g.record = c.id AND g.kind = 'named' AND g.ended_at IS NULL AND g.person_id = reader.person))
    AND {SEES}"""
_MAY_KNOW = f"""(NOT s.restricted OR EXISTS (SELECT FROM access_grant g WHERE g.record = s.id
        AND g.kind = 'named' AND g.ended_at IS NULL AND g.person_id = reader.person
        AND {IN_OFFICE}))
    AND NOT EXISTS (SELECT FROM access_exclusion x
        WHERE x.record = s.id AND x.person_id = reader.person AND x.ended_at IS NULL)"""  # noqa: S608 our own words
_FOUND = "p.strong AND p.because <> 'bulk' AND p.found_at > %(long_ago)s AND p.found_at <= %(at)s"

# Notify the other record's side; if the matching record is restricted, only people named for it too.
_ALIKE = telling(
    f"""reader.person, 'alike', c.id, p.id::text, 0, 0, NULL::date, %(at)s
    FROM subjects_proposal p JOIN cases_case s ON s.subject_id = p.subject_id
    JOIN cases_case c ON c.subject_id = p.other_id JOIN reader ON {_ANSWERS_FOR}
    WHERE {_FOUND} AND p.answer = '' AND reader.person IS DISTINCT FROM p.found_by_id AND {_MAY_KNOW}"""
)
# Matches that the worker found after a referral: no user of that record has seen them yet.
_ALIKE_HERE = telling(
    f"""reader.person, 'alike', c.id, p.id::text, 0, 0, NULL::date, %(at)s
    FROM subjects_proposal p JOIN cases_case c ON c.subject_id = p.subject_id
    JOIN cases_case s ON s.subject_id = p.other_id JOIN reader ON {_ANSWERS_FOR}
    WHERE {_FOUND} AND p.answer = '' AND p.found_by_id IS NULL AND {_MAY_KNOW}"""
)
# Both sides are notified of a link and of its end, except the user who made or ended it.
_LINKED = telling(
    f"""reader.person, 'linked', c.id, l.id::text, coalesce(l.undone_number, 0), 0, NULL::date, %(at)s
    FROM subjects_link l JOIN cases_case c ON c.subject_id IN (l.subject_id, l.other_id)
    JOIN cases_case s ON s.subject_id IN (l.subject_id, l.other_id) AND s.id <> c.id
    JOIN reader ON {_ANSWERS_FOR}
    WHERE coalesce(l.undone_at, l.at) > %(long_ago)s AND l.at <= %(at)s
        AND reader.person IS DISTINCT FROM coalesce(l.undone_by_id, l.by_id) AND {_MAY_KNOW}"""
)
# Notify the owner of a record that a search pointed to, once for each user who searched.
_SOUGHT = telling(
    f"""reader.person, 'sought', c.id, w.by_id::text, 0, 0, NULL::date, %(at)s
    FROM subjects_sought w JOIN cases_case c ON c.subject_id = w.subject_id JOIN reader ON {_ANSWERS_FOR}
    WHERE w.at > %(long_ago)s AND w.at <= %(at)s AND reader.person <> w.by_id"""
)
SOUGHT_FORGOTTEN = "DELETE FROM subjects_sought WHERE at < %(long_ago)s"
OVER = """UPDATE notices_notice n SET over_at = %(at)s FROM subjects_proposal p
WHERE n.kind = 'alike' AND n.over_at IS NULL AND p.id::text = n.about
    AND (p.answer <> '' OR n.since < %(long_ago)s)"""
LINKED_OVER = """UPDATE notices_notice SET over_at = %(at)s
WHERE kind IN ('linked', 'sought') AND over_at IS NULL AND since < %(long_ago)s"""


def tell(today: Day) -> int:
    """Create notices about matches, links and searches; return how many are new."""
    given = today.parameters(long_ago=today.at - TOLD_FOR)
    return tell_all([_ALIKE, _ALIKE_HERE, _LINKED, _SOUGHT], given)
