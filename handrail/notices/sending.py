"""Sending letters, each at most once.

A letter is marked as being sent before it is handed over, in a transaction of its own. A worker that is
killed in between leaves that mark and no lock: such a letter may have gone out, so it is never sent again,
and what it was about is in the next morning's letter if it was not read until then. The same holds where the
server falls silent once it has the letter. Where it refuses or was not reached, the letter waits, longer each
time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from smtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.db import transaction
from django.db.models import Q

from handrail.cases.pages.home_queries import COUNTED
from handrail.govuk.paging import counted
from handrail.notices.kinds import KINDS, Kind
from handrail.notices.models import Letter, Notice, State

log = structlog.get_logger("handrail.notices")

WELL = 250  # what a mail server says then
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
SUBJECT = "You have {things} to look at in Handrail"
WORDS = (
    "You have {things} to look at in Handrail.\n\n"
    "Sign in to see what: {address}/home/\n\n"
    "You choose what you are told by email on the page “What you are told”.\n"
)
URGENT_SUBJECT = "Urgent: sign in to Handrail now"
URGENT_WORDS = (
    "A threat was stated in a case that you may see. Somebody could be in danger.\n\n"
    "Sign in now to read it, and say what was done: {address}/home/\n\n"
    "If you cannot, ring whoever is on duty with you. If you know of danger to somebody, call 999.\n"
)


class NotReached(Exception):
    """The mail server does not answer."""


def send(at: datetime) -> int:
    """Send every letter that is due; returns how many went out."""
    if not settings.SENDS_MAIL:
        return 0
    _leave_what_was_broken_off(at)
    sent = 0
    try:
        with _server() as server:
            while letter := _claim(at):
                sent += _hand_over(letter, server, at)
                _reach(server)
    except NotReached:
        log.warning("mail server not reached", count=Letter.objects.due(at).count())
        _postpone(at)
    return sent


def _leave_what_was_broken_off(at: datetime) -> None:
    """End the letters that were being sent and that nobody holds: their worker is gone."""
    with transaction.atomic():
        left = Letter.objects.filter(state=State.SENDING).select_for_update(skip_locked=True)
        Letter.objects.filter(pk__in=[letter.pk for letter in left]).update(state=State.UNSURE, ended_at=at)


@contextmanager
def _server() -> Iterator[BaseEmailBackend]:
    server = get_connection()
    _reach(server)
    yield server
    server.close()


def _reach(server: BaseEmailBackend) -> None:
    """Open the connection where there is none that works. Raises NotReached."""
    if isinstance(server, EmailBackend) and server.connection and not _answers(server.connection):
        server.close()
    try:
        server.open()
    except (SMTPException, OSError) as error:
        raise NotReached from error


def _answers(connection: SMTP) -> bool:
    try:
        return connection.noop()[0] == WELL
    except (SMTPException, OSError):
        return False


def _claim(at: datetime) -> Letter | None:
    """The next letter that is due, now marked as being sent, with what is in it; None where there is none."""
    with transaction.atomic():
        letter = Letter.objects.due(at).select_for_update(skip_locked=True).first()
        if letter:
            Letter.objects.filter(pk=letter.pk).update(state=State.SENDING, tries=letter.tries + 1)
            not_in_any = Q(letter=None) | Q(letter__state=State.UNSURE)
            new = Notice.objects.unseen().filter(not_in_any, person=letter.person_id)
            Notice.objects.filter(pk__in=new.values("pk")).update(letter=letter)
        return letter


def _hand_over(claimed: Letter, server: BaseEmailBackend, at: datetime) -> int:
    """Send a letter while holding its row, and mark how that ended; returns 1 where it went out."""
    with transaction.atomic():
        letter = Letter.objects.select_for_update().filter(pk=claimed.pk, state=State.SENDING).first()
        if letter is None:
            return 0
        things = counted(Notice.objects.unseen().of(letter.person), COUNTED)
        letter.state = _ended(_message(letter, things), server) if things else State.NEEDLESS
        if letter.state == State.WAITING:
            letter.next_at = at + _pause(letter.tries)
        else:
            letter.ended_at = at
        letter.save(update_fields=["state", "next_at", "ended_at"])
        return int(letter.state == State.SENT)


def _ended(message: EmailMessage, server: BaseEmailBackend) -> State:
    """How handing a message over ended: taken, refused, or nobody knows."""
    try:
        server.send_messages([message])
    except (SMTPResponseException, SMTPRecipientsRefused):
        return State.WAITING
    except (SMTPException, OSError):
        return State.UNSURE
    return State.SENT


def _message(letter: Letter, things: int) -> EmailMessage:
    """The letter: how much there is, or that a stated threat is among it; nothing about anybody."""
    told = Notice.objects.unseen().of(letter.person).order_by().values_list("kind", flat=True)
    kinds = list(told.distinct())
    said = f"{things} {'thing' if things == 1 else 'things'}"
    host = urlsplit(settings.ADDRESS).hostname
    headers = {"Message-ID": f"<{letter.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    urgent, alone = Kind.THREAT in kinds, KINDS[kinds[0]].subject if len(kinds) == 1 else ""
    words = (URGENT_WORDS if urgent else WORDS).format(things=said, address=settings.ADDRESS)
    subject = URGENT_SUBJECT if urgent else alone or SUBJECT.format(things=said)
    return EmailMessage(subject, words, to=[letter.person.email], headers=headers)


def _postpone(at: datetime) -> None:
    """Let every letter that is due wait, longer each time."""
    for letter in Letter.objects.due(at).only("tries").iterator():
        changes = {"tries": letter.tries + 1, "next_at": at + _pause(letter.tries + 1)}
        Letter.objects.filter(pk=letter.pk, state=State.WAITING).update(**changes)


def _pause(tries: int) -> timedelta:
    """How long a letter waits after so many tries."""
    return min(SHORTEST * (1 << min(tries, 10)), LONGEST)
