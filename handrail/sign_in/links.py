"""One-time links: an e-mailed secret that opens one account once."""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from handrail.organisations.models import Person
from handrail.sign_in.models import Link, Purpose

LIFE = {Purpose.INVITATION: timedelta(days=3), Purpose.RESET: timedelta(hours=1)}


def make(person: Person, purpose: Purpose, by: Person | None = None) -> str:
    """Create a link for a person and return its address; their earlier links stop working.

    A password reset leaves an invitation working, as anybody who knows the address can request a reset.
    """
    now = timezone.now()
    before = Link.objects.filter(person=person, used_at=None)
    (before.filter(purpose=purpose) if purpose is Purpose.RESET else before).update(used_at=now)
    secret = secrets.token_urlsafe(32)
    Link.objects.create(
        digest=digest(secret), person=person, purpose=purpose, by=by, made_at=now, until=now + LIFE[purpose]
    )
    return settings.ADDRESS + reverse("sign_in:link-arrive", args=[secret])


def find(secret: str) -> Link | None:
    """Return the usable link with this secret, if its account is open, or None."""
    found = Link.objects.open().filter(digest=digest(secret), person__is_active=True)
    return found.select_related("person").first()


def use(link: Link) -> bool:
    """Use a link up; return False if another request did so first."""
    return Link.objects.open().filter(pk=link.pk).update(used_at=timezone.now()) == 1


def end_all(person: Person) -> None:
    """Use up every link of a person."""
    Link.objects.filter(person=person, used_at=None).update(used_at=timezone.now())


def digest(secret: str) -> str:
    """Return the digest of a secret, which is stored in its place."""
    return sha256(secret.encode()).hexdigest()
