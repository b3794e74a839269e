"""Queueing of e-mails: one row for each user to be told by e-mail that unread notices wait.

An e-mail is queued each working morning, or at once for kinds that its user wants at once. At most one waits
for each user; later notices join it. After days without a mail server each user therefore gets one e-mail.
"""

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from handrail.notices.models import Round
from handrail.notices.rules import Day
from handrail.policy.clock import is_working_day
from handrail.records.packs import current_pack

_WRITE = """INSERT INTO notices_letter (id, person_id, day, state, tries, next_at)
SELECT gen_random_uuid(), person_id, {day}, 'waiting', 0, %(at)s FROM (
    SELECT DISTINCT n.person_id FROM notices_notice n
    JOIN organisations_person person ON person.id = n.person_id AND person.is_active
    LEFT JOIN notices_mailchoice choice ON choice.person_id = n.person_id AND choice.kind = n.kind
    WHERE n.over_at IS NULL AND n.seen_at IS NULL AND {which}) told
ON CONFLICT DO NOTHING"""
# A stated threat is mailed at once, whatever the user's settings.
_AT_ONCE = _WRITE.format(
    day="NULL", which="n.letter_id IS NULL AND (choice.mail = 'at-once' OR n.kind = 'threat')"
)
# If an e-mail is waiting for its next try, a stated threat makes that try happen now.
_HURRY = """UPDATE notices_letter l SET next_at = %(at)s WHERE l.state = 'waiting' AND l.next_at > %(at)s
    AND EXISTS (SELECT FROM notices_notice n WHERE n.person_id = l.person_id AND n.kind = 'threat'
        AND n.over_at IS NULL AND n.seen_at IS NULL
        AND (n.letter_id IS NULL OR n.letter_id = l.id))"""
# Notices of an e-mail that may not have been sent are repeated in the next morning's.
_MORNING = _WRITE.format(
    day="%(day)s",
    which="""coalesce(choice.mail, 'digest') <> 'never' AND (n.letter_id IS NULL
        OR n.letter_id IN (SELECT id FROM notices_letter WHERE state = 'unsure'))""",
)


def write(today: Day) -> None:
    """Queue this morning's e-mails once the hour has come, and the e-mails that go out at once."""
    if not settings.SENDS_MAIL:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        if _is_time(today) and _is_first(today):
            cursor.execute(_MORNING, {"at": today.at, "day": today.day})
        cursor.execute(_AT_ONCE, {"at": today.at})


def write_at_once(today: Day) -> None:
    """Queue the e-mails that go out at once, at any hour, and retry now waiting ones with a threat."""
    if not settings.SENDS_MAIL:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_AT_ONCE, {"at": today.at})
        cursor.execute(_HURRY, {"at": today.at})


def _is_time(today: Day) -> bool:
    pack = current_pack()
    past = timezone.localtime(today.at).time() >= pack.notices.digest_at
    return past and is_working_day(today.day, pack.calendar)


def _is_first(today: Day) -> bool:
    """Claim today's morning e-mails; return False if another worker or an earlier round has."""
    return Round.objects.filter(day=today.day, written=False).update(written=True) == 1
