"""Sending of queued e-mails, each at most once.

An e-mail is marked as being sent in a transaction of its own before it is handed to the mail server. If the
worker is killed in between, the mark stays and the row lock is gone: the e-mail may have been sent, so it is
never sent again, and its unread notices are in the next morning's. The mail server's silence after it
received the e-mail is treated likewise. If the server refuses the e-mail or cannot be reached, the e-mail
waits, longer each time.
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

WELL = 250  # SMTP reply code for success
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=1)
SUBJECT = "You have {things} to look at in Handrail"
WORDS = (
    "You have {things} to look at in Handrail.\n\n"
    "Sign in to see what: {address}/home/\n\n"
    "You can choose which emails you get on the page “Your notice settings”.\n"
)
URGENT_SUBJECT = "Urgent: sign in to Handrail now"
URGENT_WORDS = (
    "A threat was stated in a case that you may see. Somebody could be in danger.\n\n"
    "Sign in now to read it, and record what was done: {address}/home/\n\n"
    "If you cannot, call the person on duty in your force. If you know of danger to somebody, call 999.\n"
)


class NotReached(Exception):
    """The mail server does not answer."""


def send(at: datetime) -> int:
    """Send every e-mail that is due; return how many were sent."""
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
    """Mark e-mails in sending whose row nobody locks as unsure: their worker has stopped."""
    with transaction.atomic():
        left = Letter.objects.filter(state=State.SENDING).select_for_update(skip_locked=True)
        Letter.objects.filter(pk__in=[letter.pk for letter in left]).update(state=State.UNSURE, ended_at=at)


@contextmanager
def _server() -> Iterator[BaseEmailBackend]:
    """Open a connection to the mail server, and close it however the block ends."""
    server = get_connection()
    _reach(server)
    try:
        yield server
    finally:
        server.close()


def _reach(server: BaseEmailBackend) -> None:
    """Open the connection unless one works. Raises NotReached."""
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
    """Mark the next due e-mail as being sent and attach its notices; None if no e-mail is due."""
    with transaction.atomic():
        letter = Letter.objects.due(at).select_for_update(skip_locked=True).first()
        if letter:
            Letter.objects.filter(pk=letter.pk).update(state=State.SENDING, tries=letter.tries + 1)
            not_in_any = Q(letter=None) | Q(letter__state=State.UNSURE)
            new = Notice.objects.unseen().filter(not_in_any, person=letter.person_id)
            Notice.objects.filter(pk__in=new.values("pk")).update(letter=letter)
        return letter


def _hand_over(claimed: Letter, server: BaseEmailBackend, at: datetime) -> int:
    """Send an e-mail while its row is locked and save the outcome; return 1 if it was sent."""
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
    """Return the state after an attempt: sent, refused (waiting again) or unknown."""
    try:
        server.send_messages([message])
    except (SMTPResponseException, SMTPRecipientsRefused):
        return State.WAITING
    except (SMTPException, OSError):
        return State.UNSURE
    return State.SENT


def _message(letter: Letter, things: int) -> EmailMessage:
    """Return the message: the number of notices, or that a threat is among them; no personal data."""
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
    """Postpone every e-mail that is due, longer with each try."""
    for letter in Letter.objects.due(at).only("tries").iterator():
        changes = {"tries": letter.tries + 1, "next_at": at + _pause(letter.tries + 1)}
        Letter.objects.filter(pk=letter.pk, state=State.WAITING).update(**changes)


def _pause(tries: int) -> timedelta:
    """Return the time to wait after this number of tries: doubling from a minute up to an hour."""
    return min(SHORTEST * (1 << min(tries, 10)), LONGEST)
