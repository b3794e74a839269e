"""Tables of signing in: sessions, one-time links, outside identities, and used-up allowances for guessing."""

import uuid
from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Self

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.utils import timezone

from handrail.organisations.models import Organisation, Person


def kept_key(key: str) -> str:
    """Return what is stored of a session's key: its SHA-256, so that who reads the table has no key."""
    return sha256(key.encode()).hexdigest()


class SessionManager(BaseSessionManager["Session"]):
    """Queries on sessions."""

    def of(self, person: Person, at: datetime | None = None) -> "models.QuerySet[Session]":
        """Return a person's running sessions, latest used first."""
        return self.filter(person=person, expire_date__gt=at or timezone.now()).order_by("-seen_at")


class Session(AbstractBaseSession):
    """A browser's session; for a signed-in user with the person, the start and the origin."""

    session_key = models.CharField(max_length=64, primary_key=True, help_text="See `kept_key`.")
    handle = models.UUIDField(null=True)  # not unique: two rows share it while the session key is changed
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sessions")
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    origin = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=60, blank=True)

    objects: ClassVar[SessionManager] = SessionManager()

    def __str__(self) -> str:
        return self.device or "session"


class Purpose(models.TextChoices):
    """What a one-time link is for."""

    INVITATION = "invitation", "Begin to use an account"
    RESET = "reset", "Choose another password"


class LinkQuerySet(models.QuerySet["Link"]):
    """Queries on one-time links."""

    def open(self, at: datetime | None = None) -> Self:
        """Return links that can still be used."""
        return self.filter(used_at=None, until__gt=at or timezone.now())


class Link(models.Model):
    """A one-time link to an account; only the digest of its secret is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person"], name="link_open_of_person", condition=models.Q(used_at=None))
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()


class OutsideIdentity(models.Model):
    """A person's identity at an outside issuer: the issuer and its subject id, never an email address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="outside_identities")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                name="outside_identity_is_one_person",
                violation_error_message="This sign-in belongs to another account.",
            ),
            models.UniqueConstraint(
                fields=["issuer", "person"],
                name="outside_identity_once_at_an_issuer",
                violation_error_message="This account has a sign-in of that organisation already.",
            ),
        ]

    def __str__(self) -> str:
        return self.issuer


class Allowance(models.Model):
    """How much of a limit on guesses is used up; the key is a keyed digest of the limit and its user."""

    key = models.CharField(primary_key=True, max_length=64)
    spent_until = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["spent_until"], name="allowance_by_end")
        ]

    def __str__(self) -> str:
        return self.key
