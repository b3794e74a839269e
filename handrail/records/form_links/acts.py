"""Make a link, its secret and its code; check the code; save a draft; take the answer, once."""

import secrets
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from handrail.access.context import hold_form_link, writing
from handrail.organisations.models import Person
from handrail.organisations.secret_keys import secret_keys
from handrail.policy.answers import Typed
from handrail.queue.jobs import LEFT_FOR, never_queued, queue
from handrail.records.form_links.models import FormLink, LinkDraft
from handrail.records.form_links.receivers import AskedForm, CannotBeTaken, receiver_of

DIGITS = 8
LETTERS = "BCDFGHJKMNPQRTVWXY346789"  # none sounds like another when it is read out
OPENS_NOTHING = "You can no longer answer this form. Ask the person who sent it to you."


def make(
    kind: str,
    record: UUID,
    number: int,
    *,
    by: Person,
    to: str,
    email: str,
    words: str,
    until: date,
    at: datetime | None = None,
    id_: UUID | None = None,
    answerer: UUID | None = None,
) -> FormLink:
    """Make the link that an entry asks for, and queue its email. Runs in the transaction of the entry.

    Nothing is sent to an `answerer`, a user who answers from their account.
    """
    link = FormLink.objects.create(
        id=id_ or uuid4(),
        kind=kind,
        record=record,
        number=number,
        by=by,
        to=to,
        answerer_id=answerer,
        email=email,
        words=words,
        until=until,
        digest=digest(secrets.token_urlsafe(32)),  # a placeholder; the secret is made when the email is sent
        made_at=at or timezone.now(),
    )
    if settings.SENDS_MAIL and not answerer:
        send_again(link)
    return link


def send_again(link: FormLink) -> str:
    """Queue the email of a new link; where no email is sent, return its address, to be shown once."""
    if not settings.SENDS_MAIL:
        return new_address(link)
    queue("form-links.send", link=str(link.pk))
    return ""


def send_left(at: datetime) -> int:
    """Queue the email of each link for which the queue had no room; return how many were queued."""
    unsent = FormLink.objects.unanswered().filter(sent_at=None, answerer=None, made_at__gt=at - LEFT_FOR)
    left = never_queued("form-links.send", "link", unsent.values_list("pk", flat=True))
    return sum(queue("form-links.send", link=str(pk)) for pk in left)


def new_address(link: FormLink, at: datetime | None = None) -> str:
    """Give a link a new secret and return its address; earlier addresses stop working."""
    secret = secrets.token_urlsafe(32)
    link.digest, link.sent_at = digest(secret), at or timezone.now()
    link.save(update_fields=["digest", "sent_at"])
    return settings.ADDRESS + reverse("form_links:arrive", args=[secret])


def new_code(link: FormLink) -> str:
    """Give a link a new code and return it, to be shown once; an earlier code stops working."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    link.code, link.tries = _digests(link, code)[0], 0
    link.save(update_fields=["code", "tries"])
    return f"{code[:4]} {code[4:]}"


def revoke(kind: str, record: UUID, number: int, at: datetime | None = None) -> None:
    """Revoke the unanswered links that an entry asked for."""
    links = FormLink.objects.asked_by(kind, record, number).unanswered()
    links.order_by().update(revoked_at=at or timezone.now())


def move(kind: str, old: tuple[UUID, int], new: tuple[UUID, int]) -> None:
    """Let the links of an entry ask for another entry instead; each entry is a record and a number."""
    FormLink.objects.asked_by(kind, *old).order_by().update(record=new[0], number=new[1])


def find(secret: str) -> FormLink | None:
    """Return the link with this secret, or None.

    For the rest of the transaction row security admits no user, only this link.
    """
    key = digest(secret)
    hold_form_link(key)
    return FormLink.objects.filter(digest=key).select_related("by", "draft").first()


def opens(link: FormLink, typed: str, at: datetime | None = None) -> bool:
    """Return whether a code opens a link. A wrong code counts as a try; MOST_TRIES of them lock the link."""
    code = "".join(letter for letter in typed if letter.isdecimal())
    with transaction.atomic():
        held = FormLink.objects.select_for_update().get(pk=link.pk)
        if held.is_locked or not held.code or not held.is_open(at):
            return False
        if any(constant_time_compare(held.code, digest) for digest in _digests(held, code)):
            return True
        held.tries += 1
        held.save(update_fields=["tries"])
    return False


def form_of(link: FormLink) -> AskedForm:
    """Return the form that a link shows. Raises CannotBeTaken where its record awaits no answer."""
    with writing(link.record):
        return receiver_of(link).asked(link)


def save_draft(link: FormLink, typed: Typed, at: datetime | None = None) -> None:
    """Save a draft exactly as typed, valid or not. Raises CannotBeTaken where the link takes no answer."""
    at = at or timezone.now()
    with transaction.atomic():
        _lock_open(link, at)
        LinkDraft.objects.update_or_create(link=link, defaults={"typed": dict(typed), "updated_at": at})


def answer(link: FormLink, typed: Typed, at: datetime | None = None) -> None:
    """Record an answer, once, give the link its receipt number, and erase the draft.

    The record is locked before the link, as by acts that revoke a link. Raises WrongAnswers with a message
    for each input, or CannotBeTaken.
    """
    at = at or timezone.now()
    link.receipt = new_receipt()
    with transaction.atomic():
        with writing(link.record):
            receiver_of(link).take(link, typed, at)
        _lock_open(link, at)
        link.answered_at, link.code = at, ""
        link.save(update_fields=["answered_at", "receipt", "code"])
        LinkDraft.objects.filter(link=link).delete()


def _lock_open(link: FormLink, at: datetime) -> None:
    """Lock the row of a link. Raises CannotBeTaken unless it can still be answered."""
    if not FormLink.objects.select_for_update().get(pk=link.pk).is_open(at):
        raise CannotBeTaken(OPENS_NOTHING)


def new_receipt() -> str:
    """Return a random receipt number for the respondent to quote; it reveals nothing."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def digest(secret: str) -> str:
    """Return the digest by which the secret of a link is stored."""
    return sha256(secret.encode()).hexdigest()


def _digests(link: FormLink, code: str) -> list[str]:
    """Return the digests of a code, under the current secret key first."""
    salt, text = "handrail.form-link.code", f"{link.pk} {code}"
    return [salted_hmac(salt, text, key, algorithm="sha256").hexdigest() for key in secret_keys()]
