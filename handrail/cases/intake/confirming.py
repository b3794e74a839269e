"""Confirming a referrer's email address by a code of six digits that is sent there."""

import hmac
import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from handrail.cases.intake import keyed
from handrail.cases.intake.contacts import given_in
from handrail.cases.intake.models import GOOD_FOR, Confirmation
from handrail.queue.jobs import queue
from handrail.records.drafts import Draft

DIGITS = 6
SUBJECT = "Your code from Handrail"
TEXT = """Your code is {code}.

Type it on the page that asked for it. It can be used once, for {minutes} minutes.

If you did not ask for a code, somebody typed your email address by mistake. You need not do anything.
"""


def can_be_asked() -> bool:
    """Return whether this installation sends email."""
    return bool(settings.SENDS_MAIL)


def ask(draft: Draft) -> None:
    """Queue a code for the email address of a draft; a code sent before stops working.

    The worker makes and sends the code, so that the page takes equally long for every address.
    """
    fresh = {
        "address": keyed.keyed("email", keyed.email(given_in(draft).email)),
        "code": None,
        "asked_at": timezone.now(),
        "sent_at": None,
        "tries": 0,
        "confirmed_at": None,
    }
    with transaction.atomic():
        Confirmation.objects.update_or_create(draft=draft, defaults=fresh)
        queue("outside.send-code", draft=str(draft.pk))


def make_and_send(draft_id: UUID) -> bool:
    """Make and email the code that a draft asked for; return whether it was sent. Raises where sending fails.

    Nothing is sent where the address has changed since or is confirmed already.
    """
    draft = Draft.objects.select_related("confirmation").filter(pk=draft_id, submitted_at=None).first()
    if draft is None or not hasattr(draft, "confirmation"):
        return False
    asked, email = draft.confirmation, keyed.email(given_in(draft).email)
    if asked.confirmed_at or bytes(asked.address) != keyed.keyed("email", email):
        return False
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    asked.code, asked.sent_at = _kept(draft.pk, code), timezone.now()
    asked.save(update_fields=["code", "sent_at"])
    minutes = int(GOOD_FOR.total_seconds() // 60)
    send_mail(SUBJECT, TEXT.format(code=code, minutes=minutes), None, [email])
    return True


def confirm(draft: Draft, typed: str, at: datetime | None = None) -> bool:
    """Return whether a code confirms the address of a draft. Each call counts as a try; a code works once."""
    now = at or timezone.now()
    code = "".join(letter for letter in typed if letter.isdecimal())
    with transaction.atomic():
        asked = Confirmation.objects.select_for_update().filter(draft=draft).first()
        if asked is None or not asked.is_open(now):
            return False
        asked.tries += 1
        if hmac.compare_digest(bytes(asked.code or b""), _kept(draft.pk, code)):
            asked.code, asked.confirmed_at = None, now
        asked.save(update_fields=["tries", "code", "confirmed_at"])
    return asked.confirmed_at is not None


def _kept(draft_id: UUID, code: str) -> bytes:
    return keyed.keyed("code", f"{draft_id} {code}")
