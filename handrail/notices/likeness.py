"""Telling about records that may be of one person: that somebody asked, and what was linked or taken apart.

Whoever answers for a record is told of what somebody found like it; of one that only named people see, they
alone. Nobody is told of a record that is kept from them.
"""

from datetime import timedelta

from handrail.notices.readers import IN_OFFICE, SEES
from handrail.notices.rules import Day
from handrail.notices.telling import tell_all, telling

TOLD_FOR = timedelta(days=28)

# `c` is the case of whoever is told, `s` the other one.
_ANSWERS_FOR = f"""(reader.person = c.owner_id OR c.restricted AND EXISTS (SELECT FROM access_grant g
    WHERE g.record = c.id AND g.kind = 'named' AND g.ended_at IS NULL AND g.person_id = reader.person))
    AND {SEES}"""
_MAY_KNOW = f"""(NOT s.restricted OR EXISTS (SELECT FROM access_grant g WHERE g.record = s.id
        AND g.kind = 'named' AND g.ended_at IS NULL AND g.person_id = reader.person
        AND {IN_OFFICE}))
    AND NOT EXISTS (SELECT FROM access_exclusion x
        WHERE x.record = s.id AND x.person_id = reader.person AND x.ended_at IS NULL)"""  # noqa: S608 our own words
_FOUND = "p.strong AND p.because <> 'bulk' AND p.found_at > %(long_ago)s AND p.found_at <= %(at)s"

# Whoever has the other record is told who asked; where only named people see that which asks, nobody is.
_ALIKE = telling(
    f"""reader.person, 'alike', c.id, p.id::text, 0, 0, NULL::date, %(at)s
    FROM subjects_proposal p JOIN cases_case s ON s.subject_id = p.subject_id
    JOIN cases_case c ON c.subject_id = p.other_id JOIN reader ON {_ANSWERS_FOR}
    WHERE {_FOUND} AND p.answer = '' AND reader.person IS DISTINCT FROM p.found_by_id AND {_MAY_KNOW}"""
)
# What the worker found after a referral came: nobody who works on it had it before their eyes.
_ALIKE_HERE = telling(
    f"""reader.person, 'alike', c.id, p.id::text, 0, 0, NULL::date, %(at)s
    FROM subjects_proposal p JOIN cases_case c ON c.subject_id = p.subject_id
    JOIN cases_case s ON s.subject_id = p.other_id JOIN reader ON {_ANSWERS_FOR}
    WHERE {_FOUND} AND p.answer = '' AND p.found_by_id IS NULL AND {_MAY_KNOW}"""
)
# Both sides hear of a link, and of its end, but whoever did it.
_LINKED = telling(
    f"""reader.person, 'linked', c.id, l.id::text, coalesce(l.undone_number, 0), 0, NULL::date, %(at)s
    FROM subjects_link l JOIN cases_case c ON c.subject_id IN (l.subject_id, l.other_id)
    JOIN cases_case s ON s.subject_id IN (l.subject_id, l.other_id) AND s.id <> c.id
    JOIN reader ON {_ANSWERS_FOR}
    WHERE coalesce(l.undone_at, l.at) > %(long_ago)s AND l.at <= %(at)s
        AND reader.person IS DISTINCT FROM coalesce(l.undone_by_id, l.by_id) AND {_MAY_KNOW}"""
)
# Whoever has a record to which a search pointed is told who looked, once for each of them.
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
    """Tell what was found, linked or taken apart; returns how many were not told before."""
    given = today.parameters(long_ago=today.at - TOLD_FOR)
    return tell_all([_ALIKE, _ALIKE_HERE, _LINKED, _SOUGHT], given)
