"""Notices about recent events: a case allocated, referred, opened with a reason, shared or answered."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from psycopg.types.json import Jsonb

from handrail.cases.case_access.access_reviews import LEVELS, TOLD_FOR, rank_of, waited_since
from handrail.cases.pages.home_queries import OWN_CASES_ONLY
from handrail.notices.readers import SEES
from handrail.notices.rules import Day
from handrail.notices.settling import STANDS
from handrail.notices.telling import fetched, tell_all, telling
from handrail.organisations.roles import Role

BATCH = 5_000
OVERLAP = timedelta(hours=1)  # longer than any transaction, whose entries are invisible until it commits

_FRESH = """fresh AS MATERIALIZED (
    SELECT e.chain, e.number, e.act, e.actor FROM ledger_entry e
    WHERE e.id > %(after)s AND e.id <= %(upto)s AND e.recorded_at > %(long_ago)s AND e.recorded_at <= %(at)s
)"""
_OPEN = "FROM fresh e JOIN cases_case c ON c.id = e.chain AND c.closed_on IS NULL"

# Not to users who allocated the case to themselves, and not while the allocation awaits its sign-off.
_ALLOCATED = telling(
    f"""reader.person, 'allocated', c.id, 'owner', max(e.number), 0, NULL::date, %(at)s
    {_OPEN} AND c.allocated JOIN reader ON reader.person = c.owner_id
    WHERE e.act = ANY (%(giving)s) AND e.actor <> c.owner_id AND c.pending_number IS DISTINCT FROM e.number
        AND NOT EXISTS (SELECT FROM notices_notice n WHERE n.case_id = c.id AND n.kind = 'allocated'
            AND n.person_id = c.owner_id AND n.over_at IS NULL) AND {SEES}
    GROUP BY reader.person, c.id""",
    _FRESH,
)
# The users with something to do on the case now, and its owner.
_REFERRED = "reader.person, 'referred', c.id, e.act, e.number, 0, NULL::date, %(at)s"
_SENT = """sent AS (
    SELECT DISTINCT ON (chain) * FROM fresh WHERE act = ANY (%(sending)s) ORDER BY chain, number DESC
)"""
_OPENING = telling(
    f"""{_REFERRED} {_OPEN} AND c.taken_over_on IS NULL
    JOIN held ON held.person = c.owner_id OR held.force = c.force_id AND held.role <> ALL (%(own_only)s)
        AND EXISTS (SELECT FROM cases_deadline d
            WHERE d.case_id = c.id AND d.ended IS NULL AND d.role = held.role)
    JOIN reader USING (person)
    WHERE e.act = ANY (%(opening)s) AND held.person <> e.actor AND {STANDS} AND {SEES}""",
    _FRESH,
)
_SENDING = telling(
    f"""{_REFERRED} FROM sent e JOIN cases_case c ON c.id = e.chain AND c.closed_on IS NULL
    JOIN held ON held.body = c.council_id AND held.role = ANY (%(of_councils)s)
    JOIN reader USING (person)
    WHERE c.pending_number IS DISTINCT FROM e.number AND held.person <> e.actor AND {STANDS} AND {SEES}""",
    _FRESH,
    _SENT,
)

_OPENED = "reader.person, 'opened', c.id, g.id::text, 0, 0, NULL::date, %(at)s"
_WITH_REASON = "FROM access_grant g JOIN cases_case c ON c.id = g.record"
_OF_OTHERS = (
    f"g.kind = 'opened' AND g.since <= %(at)s AND reader.person IS DISTINCT FROM g.person_id AND {SEES}"
)
_TO_OWNER = telling(
    f"""{_OPENED} {_WITH_REASON} JOIN reader ON reader.person = c.owner_id
    WHERE g.since > %(long_ago)s AND {_OF_OTHERS}"""
)
_TO_REVIEWER = telling(
    f"""{_OPENED} {_WITH_REASON} JOIN organisations_organisation f ON f.id = c.force_id
    JOIN jsonb_to_recordset(%(reviews)s) AS r (opened_by text[], reviewers text[], before timestamptz)
        ON g.role = ANY (r.opened_by) AND g.since < r.before
    JOIN held ON held.role = ANY (r.reviewers)
        AND (held.force = f.id OR held.body = f.parent_id OR held.kind = 'nation')
    JOIN reader USING (person)
    WHERE g.reviewed_at IS NULL AND {_OF_OTHERS}"""
)

# Cases and redacted versions shared with a user, or with an organisation and so all its invitable users.
_GIVEN = """reader.person, 'shared', {case}, {about}, 0, 0, NULL::date, %(at)s
    FROM access_grant g {of}
    JOIN reader ON reader.person = g.person_id OR g.organisation_id = ANY (reader.bodies)
    WHERE g.kind IN ('shared', 'invited') AND g.since > %(long_ago)s AND g.since <= %(at)s
        AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > %(at)s)
        AND reader.bodies <> '{{}}' AND reader.person <> g.by_id AND {may}"""
_SHARED = telling(
    _GIVEN.format(case="c.id", about="g.id::text", of="JOIN cases_case c ON c.id = g.record", may=SEES)
)
_SHARED_VERSION = telling(
    _GIVEN.format(
        case="NULL::uuid",
        about="r.id::text",
        of="JOIN cases_redacted r ON r.id = g.record",
        may="""NOT EXISTS (SELECT FROM cases_redaction d JOIN access_exclusion e ON e.record = d.case_id
            WHERE d.redacted_id = r.id AND e.person_id = reader.person AND e.ended_at IS NULL)""",
    )
)

# An answer by link is given without an account: notify the user who sent the link, and the case's owner.
_ANSWERED = telling(
    f"""reader.person, 'answered', c.id, f.kind_id, l.number, 0, NULL::date, %(at)s
    FROM form_links_formlink l JOIN cases_case c ON l.kind = 'case' AND c.id = l.record
    JOIN cases_followup f ON f.case_id = c.id AND f.number = l.number
    JOIN reader ON reader.person IN (l.by_id, c.owner_id)
    WHERE l.answered_at > %(long_ago)s AND l.answered_at <= %(at)s AND {SEES}"""
)

_LAST = "SELECT coalesce(max(id), 0) FROM ledger_entry"
_BEFORE = "SELECT coalesce(max(id), 0) FROM ledger_entry WHERE recorded_at < %s"


def windows(after: int) -> Iterator[tuple[int, int]]:
    """Yield the ledger entries after `after` as ranges of ids: exclusive start, inclusive end."""
    [(last,)] = fetched(_LAST)
    for start in range(after, last, BATCH):
        yield start, min(start + BATCH, last)


def beginning(today: Day) -> int:
    """Return the id of the last ledger entry that is too old to cause notices."""
    [(entry,)] = fetched(_BEFORE, [today.at - TOLD_FOR])
    return int(entry)


def reached(today: Day) -> int:
    """Return the id up to which all ledger entries are visible.

    A transaction that is still open may later commit entries with lower ids than those visible now.
    """
    [(entry,)] = fetched(_BEFORE, [today.at - OVERLAP])
    return int(entry)


def tell(today: Day, after: int, upto: int) -> int:
    """Create notices about the ledger entries in this range; return how many are new."""
    own_only = [role.value for role in OWN_CASES_ONLY]
    given = _given(today, after=after, upto=upto, own_only=own_only)
    return tell_all([_ALLOCATED, _OPENING, _SENDING], given)


def tell_openings(today: Day) -> int:
    """Create notices of accesses with a reason, reviews, sharing and answered links; return how many.

    A reviewer's superiors are notified too if the review of an access is late.
    """
    levels = range(len(LEVELS))
    reviews = [_review(rank, level, today) for rank in levels for level in levels[rank:]]
    given = _given(today, reviews=Jsonb(reviews))
    return tell_all([_TO_OWNER, _TO_REVIEWER, _SHARED, _SHARED_VERSION, _ANSWERED], given)


def _review(rank: int, level: int, today: Day) -> dict[str, Any]:
    return {
        "opened_by": [role.value for role in Role if rank_of(role) == rank],
        "reviewers": [role.value for role in LEVELS[level]],
        "before": waited_since(level - rank, today.day).isoformat(),
    }


def _given(today: Day, **more: Any) -> dict[str, Any]:
    return today.parameters(long_ago=today.at - TOLD_FOR, **more)
