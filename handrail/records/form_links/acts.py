"""Making a link, its secret and its code; trying the code; and taking the answer, once."""

import secrets
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from procrastinate.contrib.django import app

from handrail.access.context import hold_form_link, writing
from handrail.organisations.models import Person
from handrail.policy.answers import Typed
from handrail.records.form_links.models import FormLink
from handrail.records.form_links.receivers import AskedForm, CannotBeTaken, receiver_of

DIGITS = 8
LETTERS = "BCDFGHJKMNPQRTVWXY346789"  # none is taken for another when it is read out
OPENS_NOTHING = "This form cannot be answered any more. Ask whoever sent it to you."


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
) -> FormLink:
    """Make the link for which an entry asked, and have it sent. Runs in the transaction of that entry."""
    link = FormLink.objects.create(
        kind=kind,
        record=record,
        number=number,
        by=by,
        to=to,
        email=email,
        words=words,
        until=until,
        digest=digest(secrets.token_urlsafe(32)),  # of a secret that nobody has, until one is sent
        made_at=at or timezone.now(),
    )
    if settings.SENDS_MAIL:
        send_again(link)
    return link


def send_again(link: FormLink) -> str:
    """Have a new link sent; where no mail goes out return its address, to be shown once and passed on."""
    if not settings.SENDS_MAIL:
        return new_address(link)
    app.configure_task("form-links.send").defer(link=str(link.pk))
    return ""


def new_address(link: FormLink, at: datetime | None = None) -> str:
    """Give a link a new secret and return its address; an address that was given before opens nothing."""
    secret = secrets.token_urlsafe(32)
    link.digest, link.sent_at = digest(secret), at or timezone.now()
    link.save(update_fields=["digest", "sent_at"])
    return settings.ADDRESS + reverse("form_links:arrive", args=[secret])


def new_code(link: FormLink) -> str:
    """Give a link a new code and return it, to be shown once; one that was given before opens nothing."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    link.code, link.tries = _kept(link, code), 0
    link.save(update_fields=["code", "tries"])
    return f"{code[:4]} {code[4:]}"


def revoke(kind: str, record: UUID, number: int, at: datetime | None = None) -> None:
    """Let no link for which this entry asked be answered any more."""
    links = FormLink.objects.asked_by(kind, record, number).unanswered()
    links.order_by().update(revoked_at=at or timezone.now())


def find(secret: str) -> FormLink | None:
    """Return the link of this secret, or None; the rest of the transaction is nobody's, and may write it."""
    key = digest(secret)
    hold_form_link(key)
    return FormLink.objects.filter(digest=key).first()


def opens(link: FormLink, typed: str, at: datetime | None = None) -> bool:
    """Return whether this is the code of an open link. It counts as a try; after five a new one is needed."""
    code = "".join(letter for letter in typed if letter.isdecimal())
    with transaction.atomic():
        held = FormLink.objects.select_for_update().get(pk=link.pk)
        if held.is_locked or not held.code or not held.is_open(at):
            return False
        if constant_time_compare(held.code, _kept(held, code)):
            return True
        held.tries += 1
        held.save(update_fields=["tries"])
    return False


def form_of(link: FormLink) -> AskedForm:
    """Return the form that a link shows. Raises CannotBeTaken where its record waits for no answer."""
    with writing(link.record):
        return receiver_of(link).asked(link)


def answer(link: FormLink, typed: Typed, at: datetime | None = None) -> FormLink:
    """Put an answer on record, once, and return the link with its receipt.

    Raises WrongAnswers with a message by input, or CannotBeTaken.
    """
    at = at or timezone.now()
    with transaction.atomic():
        held = FormLink.objects.select_for_update().get(pk=link.pk)
        if not held.is_open(at):
            raise CannotBeTaken(OPENS_NOTHING)
        held.answered_at, held.receipt, held.code = at, new_receipt(), ""
        with writing(held.record):
            receiver_of(held).take(held, typed, at)
        held.save(update_fields=["answered_at", "receipt", "code"])
    return held


def new_receipt() -> str:
    """Return a number that whoever answered can quote; it tells nothing."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256(secret.encode()).hexdigest()


def _kept(link: FormLink, code: str) -> str:
    return salted_hmac("handrail.form-link.code", f"{link.pk} {code}", algorithm="sha256").hexdigest()
