"""The tables of summaries of a case, and of redacted versions that may be shared.

A redacted version is a row of its own that holds only the remaining text. A separate table links it to its
case and summary, and its receivers do not see that table.
"""

import uuid
from typing import ClassVar, Self

from django.db import models

from handrail.access.given import given_to
from handrail.cases.models.case import Case
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting
from handrail.records import granted


class Summary(models.Model):
    """A text that a user wrote from entries of a case. It is never changed; a new one is added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="summaries")
    title = models.CharField(max_length=200)
    text = models.TextField()
    marking = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(choices=Vetting)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["case", "-at"], name="summary_of_case")]

    def __str__(self) -> str:
        return self.title


class RedactedQuerySet(models.QuerySet["Redacted"]):
    """Redacted versions, narrowed by the access of a user."""

    def given_to(self, person: Person) -> Self:
        """Filter to versions shared with the user or their organisation, and within their vetting."""
        return self.filter(pk__in=given_to(person).any, level__lte=person.vetting)

    def visible_to(self, person: Person) -> Self:
        """Filter to versions shared with the user, or of cases that they may change, within their vetting."""
        own = Redaction.objects.filter(case__in=Case.objects.changed_by(person)).values("redacted")
        return self.filter(granted.read(person, models.Q(pk__in=own)), level__lte=person.vetting)


class Redacted(models.Model):
    """The remaining text of a redaction. The row names neither its case nor its summary."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    text = models.TextField()
    marking_title = models.CharField(max_length=120)
    handling = models.CharField(max_length=300, blank=True)
    level = models.PositiveSmallIntegerField(choices=Vetting)
    made_on = models.DateField()

    objects = RedactedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Redaction(models.Model):
    """The link from a redacted version to its summary and case, and its author."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    redacted = models.OneToOneField(Redacted, on_delete=models.PROTECT, related_name="redaction")
    source = models.ForeignKey(Summary, on_delete=models.PROTECT, related_name="redactions")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="redactions")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["case"], name="redaction_of_case")]

    def __str__(self) -> str:
        return f"redaction of {self.source_id}"
