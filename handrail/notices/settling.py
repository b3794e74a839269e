"""Ending of notices whose subject is settled, and their later deletion. Users are not told of either."""

from datetime import timedelta

from handrail.cases.case_access.access_reviews import TOLD_FOR
from handrail.notices import possible_matches
from handrail.notices.follow_ups import DUE
from handrail.notices.rules import Day
from handrail.notices.telling import tell_all

KEPT = timedelta(days=90)  # from the end of a notice to its deletion

# The case `c` is still in the stage that entry `e` led to. An entry records the stage in which its act was
# taken, so that stage is in the next entry.
STANDS = """c.stage_id = coalesce((SELECT after.stage FROM ledger_entry after
    WHERE after.chain = c.id AND after.number = e.number + 1), c.stage_id)"""
# Only an entry on a case's chain can settle a notice of these kinds.
_SETTLED = f"""UPDATE notices_notice n SET over_at = %(at)s FROM cases_case c
WHERE c.id = n.case_id AND n.over_at IS NULL
    AND n.case_id IN (SELECT chain FROM ledger_entry WHERE id > %(after)s AND id <= %(upto)s)
    AND CASE n.kind
        WHEN 'allocated' THEN c.owner_id IS DISTINCT FROM n.person_id OR c.closed_on IS NOT NULL
        WHEN 'referred' THEN NOT {STANDS.replace("e.number", "n.number")}
        WHEN 'opened' THEN false
        WHEN 'shared' THEN false
        WHEN 'answered' THEN false
        WHEN 'alike' THEN false
        WHEN 'linked' THEN false
        WHEN 'sought' THEN false
        WHEN 'asked' THEN NOT EXISTS (SELECT FROM cases_followup f WHERE f.case_id = n.case_id
            AND f.number = n.number AND f.ended_on IS NULL AND f.accepted_on IS NULL AND f.refused_on IS NULL
            AND (f.to_person_id IS NULL OR f.to_person_id = n.person_id))
        ELSE NOT EXISTS (SELECT FROM cases_followup f WHERE f.case_id = n.case_id AND f.number = n.number
            AND f.ended_on IS NULL AND {DUE} = n.due)
            AND NOT EXISTS (SELECT FROM cases_deadline d WHERE d.case_id = n.case_id AND d.limit_id = n.about
            AND d.ended IS NULL AND d.due = n.due) END"""  # noqa: S608 our own words
# A late deadline has a notice of its own, so the notice "due soon" ends.
_PASSED = """UPDATE notices_notice SET over_at = %(at)s
WHERE over_at IS NULL AND kind IN ('due-soon', 'review') AND due < %(day)s"""
_REVIEWED = """UPDATE notices_notice n SET over_at = %(at)s FROM access_grant g
WHERE n.kind = 'opened' AND n.over_at IS NULL AND g.id::text = n.about
    AND (g.reviewed_at IS NOT NULL OR n.since < %(long_ago)s)"""

# A notice of sharing ends after some weeks, or when the grant ends.
_SHARED = """UPDATE notices_notice n SET over_at = %(at)s
WHERE n.kind = 'shared' AND n.over_at IS NULL AND (n.since < %(long_ago)s
    OR NOT EXISTS (SELECT FROM access_grant g WHERE n.about IN (g.id::text, g.record::text)
        AND g.ended_at IS NULL AND (g.until IS NULL OR g.until > %(at)s)))"""
# A notice of an answer by link ends after some weeks.
_ANSWERED = """UPDATE notices_notice n SET over_at = %(at)s
WHERE n.kind = 'answered' AND n.over_at IS NULL AND n.since < %(long_ago)s"""

_FORGOTTEN = "DELETE FROM notices_notice WHERE over_at < %(kept_since)s"
_LETTERS_FORGOTTEN = """DELETE FROM notices_letter l WHERE ended_at < %(kept_since)s
    AND NOT EXISTS (SELECT FROM notices_notice n WHERE n.letter_id = l.id)"""


def settle(today: Day, after: int, upto: int) -> None:
    """End the notices that ledger entries in this range of ids settle."""
    tell_all([_SETTLED], {"at": today.at, "after": after, "upto": upto})


def pass_day(today: Day) -> None:
    """End notices that the date alone ends, and delete what ended more than KEPT ago."""
    since = {"long_ago": today.at - TOLD_FOR, "kept_since": today.at - KEPT}
    over = [_PASSED, _REVIEWED, _SHARED, _ANSWERED, possible_matches.OVER, possible_matches.LINKED_OVER]
    statements = [*over, possible_matches.SOUGHT_FORGOTTEN, _FORGOTTEN, _LETTERS_FORGOTTEN]
    tell_all(statements, {"at": today.at, "day": today.day, **since})
