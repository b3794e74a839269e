"""What is stored about referrers from outside. None of it is part of the record or names a person."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from handrail.cases.models import Case
from handrail.records.drafts import Draft

GOOD_FOR = timedelta(minutes=15)
MOST_TRIES = 5
REMEMBERED = timedelta(days=1)


class RateLimitHitQuerySet(models.QuerySet["RateLimitHit"]):
    """Sets of passages."""

    def forgettable(self, at: datetime | None = None) -> Self:
        """Passages too old for any limit to count."""
        return self.filter(minute__lt=(at or timezone.now()) - REMEMBERED)


class RateLimitHit(models.Model):
    """How many acts one limit admitted in one minute from one origin or address."""

    limit_id = models.CharField(max_length=60)
    who = models.BinaryField(max_length=32)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    objects = RateLimitHitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["limit_id", "who", "minute"], name="passage_is_counted_once")
        ]

    def __str__(self) -> str:
        return f"{self.count} under {self.limit_id}"


class Confirmation(models.Model):
    """The code requested for the email address of a draft, and when it was confirmed."""

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="confirmation")
    address = models.BinaryField(max_length=32)
    code = models.BinaryField(max_length=32, null=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code asked at {self.asked_at}"

    def is_open(self, at: datetime) -> bool:
        """Whether the code may still be tried."""
        return bool(self.code and self.sent_at and at < self.sent_at + GOOD_FOR and self.tries < MOST_TRIES)


class ContactKind(models.TextChoices):
    """The kinds of contact detail by which a sender is recognised."""

    EMAIL = "email", "email address"
    TELEPHONE = "telephone", "phone number"


class Contact(models.Model):
    """A digest of a contact detail of a referral's sender; equal for the sender's other referrals."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=12, choices=ContactKind)
    who = models.BinaryField(max_length=32)
    subject = models.BinaryField(max_length=32)
    received_on = models.DateField()
    confirmed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "kind"], name="contact_is_kept_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["who"], name="contact_who")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.case_id}"
