"""Notices whose matter is settled are over; later they are forgotten. Nobody is told of it."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from handrail.cases.reviewing import TOLD_FOR
from handrail.notices.models import Letter, Notice
from handrail.notices.rules import Day

KEPT = timedelta(
    days=90
)  # how long a notice that is over, and a letter that has gone, can still be looked up

# Everything that settles a matter of a case is an entry on its chain.
_SETTLED = """UPDATE notices_notice n SET over_at = %(at)s FROM cases_case c
WHERE c.id = n.case_id AND n.over_at IS NULL
    AND n.case_id IN (SELECT chain FROM ledger_entry WHERE id > %(after)s AND id <= %(upto)s)
    AND CASE n.kind
        WHEN 'allocated' THEN c.owner_id IS DISTINCT FROM n.person_id OR c.closed_on IS NOT NULL
        WHEN 'referred' THEN c.stage_id <> n.about
        WHEN 'opened' THEN false
        ELSE NOT EXISTS (SELECT FROM cases_deadline d WHERE d.case_id = n.case_id AND d.limit_id = n.about
            AND d.ended IS NULL AND d.due = n.due) END"""
# What was due soon is late now, and told as that.
_PASSED = """UPDATE notices_notice SET over_at = %(at)s
WHERE over_at IS NULL AND kind IN ('due-soon', 'review') AND due < %(day)s"""
_REVIEWED = """UPDATE notices_notice n SET over_at = %(at)s FROM access_grant g
WHERE n.kind = 'opened' AND n.over_at IS NULL AND g.id::text = n.about
    AND (g.reviewed_at IS NOT NULL OR n.since < %(long_ago)s)"""


def settle(today: Day, after: int, upto: int) -> int:
    """End the notices that these entries of the record settle; returns how many."""
    return _run(_SETTLED, today, after=after, upto=upto)


def pass_day(today: Day) -> None:
    """End what a new day ends by itself."""
    _run(_PASSED, today)
    _run(_REVIEWED, today, long_ago=today.at - TOLD_FOR)


def forget(today: Day) -> None:
    """Forget what has been over for long."""
    Notice.objects.filter(over_at__lt=today.at - KEPT).delete()
    Letter.objects.filter(ended_at__lt=today.at - KEPT, notices=None).delete()


def _run(statement: str, today: Day, **more: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"at": today.at, "day": today.day, **more})
        return int(cursor.rowcount)
