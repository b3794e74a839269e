"""One-time links: a secret in a letter that opens one account once."""

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
    """A new link, as an address. Those made for the person before open nothing any more.

    Only an invitation stays where a reset is made: anybody can ask for that who knows an address.
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
    """The link of this secret, if it can still be used and its account is open."""
    found = Link.objects.open().filter(digest=digest(secret), person__is_active=True)
    return found.select_related("person").first()


def use(link: Link) -> bool:
    """Use it up. False where somebody was faster."""
    return Link.objects.open().filter(pk=link.pk).update(used_at=timezone.now()) == 1


def end_all(person: Person) -> None:
    """Let no link of somebody's open anything any more."""
    Link.objects.filter(person=person, used_at=None).update(used_at=timezone.now())


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return sha256(secret.encode()).hexdigest()
