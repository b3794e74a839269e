"""The table of drafts: forms half filled in."""

import uuid
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone

from handrail.cases.models.case import Case
from handrail.cases.models.register_entry import Matter
from handrail.cases.packs import pack
from handrail.organisations.models import Organisation, Person
from handrail.policy.schema.pack import Pack


class DraftQuerySet(models.QuerySet["Draft"]):
    """Sets of drafts."""

    def of(self, person: Person) -> Self:
        """The drafts that this person began and has not submitted."""
        return self.filter(person=person, submitted_at=None).order_by("-updated_at")

    def forgettable(self, days: int) -> Self:
        """Drafts that nobody has touched for so many days."""
        return self.filter(updated_at__lt=timezone.now() - timedelta(days=days))


class Draft(models.Model):
    """A form that is being filled in: what was typed, as it was typed. It is no part of the record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="drafts")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="drafts")
    # What it adds to, what it became when it was sent, or from which a referral is being made.
    matter = models.ForeignKey(Matter, null=True, on_delete=models.CASCADE, related_name="drafts")
    # Beside which case a referral about somebody else is being made, and what they are to its subject.
    beside = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="+")
    relation = models.CharField(max_length=60, blank=True)
    pack_id = models.CharField(max_length=60)
    step_id = models.CharField(max_length=60)
    seen_version = models.PositiveIntegerField(default=0)
    about = models.PositiveIntegerField(null=True, help_text="The number of the entry that it answers.")
    typed = models.JSONField(default=dict)
    # By section, the showing of its page from which it was kept last: another tab may have an older one.
    kept_from = models.JSONField(default=dict)
    return_key = models.BinaryField(max_length=32, null=True, unique=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_case = models.ForeignKey(
        Case, null=True, on_delete=models.CASCADE, related_name="drafts_that_made_it"
    )
    # For who referred and may not see the case.
    submitted_reference = models.CharField(max_length=12, blank=True)
    submitted_to = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "-updated_at"])]

    def __str__(self) -> str:
        return f"draft of {self.step_id}"

    @property
    def pack(self) -> Pack:
        """The policy whose form is being filled in: that of the case, also where it has moved meanwhile."""
        own = self.case.pack if self.case else None
        return own if own and self.step_id in own.step_by_id else pack(self.pack_id)

    def type(self, names: dict[str, list[str]], remove: set[str]) -> None:
        """Keep what was typed on one page; `remove` names all inputs of that page, some now empty."""
        kept: dict[str, Any] = {name: value for name, value in self.typed.items() if name not in remove}
        self.typed = kept | names
