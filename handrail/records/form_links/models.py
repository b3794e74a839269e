"""The link by which a person without an account answers one form, and the draft of the answer."""

import uuid
from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone

from handrail.organisations.models import Person
from handrail.policy.answers import Typed

MOST_TRIES = 5


class FormLinkQuerySet(models.QuerySet["FormLink"]):
    """Sets of links."""

    def asked_by(self, kind: str, record: UUID, number: int) -> Self:
        """Links that one entry of a record asked for, the newest first."""
        return self.filter(kind=kind, record=record, number=number).order_by("-made_at")

    def unanswered(self) -> Self:
        """Links that were neither answered nor revoked."""
        return self.filter(answered_at=None, revoked_at=None)


class FormLink(models.Model):
    """A form that one person outside may answer once, until a date, for one entry of a record.

    The person has no account, and gets a link and a code; or is the `answerer`, and answers on a page of
    their own. Only digests of the secret and of the code are stored. `receipt` is the number that the
    respondent can quote.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60, help_text="The kind of record that asks.")
    record = models.UUIDField()
    number = models.PositiveIntegerField(help_text="The entry that asked.")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    to = models.CharField(max_length=200)
    answerer = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="The user who answers from their account, and to whom nothing is sent.",
    )
    email = models.EmailField(blank=True)
    words = models.TextField(blank=True)
    made_at = models.DateTimeField()
    until = models.DateField(help_text="The last day on which it can be answered.")
    digest = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=20, blank=True)
    revoked_at = models.DateTimeField(null=True)

    objects = FormLinkQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record", "number"], name="form_link_of_entry")
        ]

    def __str__(self) -> str:
        return f"link of entry {self.number} until {self.until}"

    @property
    def stamp(self) -> str:
        """A text that changes with each new secret and each new code."""
        return sha256(f"{self.digest} {self.code}".encode()).hexdigest()[:16]

    @property
    def is_locked(self) -> bool:
        """Whether MOST_TRIES wrong codes were typed."""
        return self.tries >= MOST_TRIES

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether the form can still be answered, with the right code."""
        return self.answered_at is None and self.revoked_at is None and not self.is_over(at)

    def is_over(self, at: datetime | None = None) -> bool:
        """Whether the last day has passed."""
        return timezone.localdate(at or timezone.now()) > self.until

    @property
    def typed(self) -> Typed:
        """What the respondent typed and has not sent yet, by input; empty for anybody else."""
        return self.draft.typed if hasattr(self, "draft") else {}


class LinkDraftQuerySet(models.QuerySet["LinkDraft"]):
    """Sets of drafts."""

    def forgettable(self, at: datetime) -> Self:
        """Drafts of links that were revoked, or whose last day has passed."""
        return self.filter(~Q(link__revoked_at=None) | Q(link__until__lt=timezone.localdate(at)))


class LinkDraft(models.Model):
    """What a respondent typed and has not sent, exactly as typed.

    A table of its own, so that row security shows it to the holder of the link and not to who made the link.
    """

    link = models.OneToOneField(FormLink, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    typed = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    objects = LinkDraftQuerySet.as_manager()

    def __str__(self) -> str:
        return "draft of a form by link"
