"""Texts made from a case, and what of them may be given to others.

A redacted version is a row of its own that holds only what remains; which case and which text it comes from
stands in another table, which whoever was given the redacted version does not see. A document fits beside the
summary later: what is redacted is a text with a marking.
"""

import uuid
from typing import ClassVar, Self

from django.db import models

from handrail.access.given import given_to
from handrail.cases.models.case import Case
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting


class Summary(models.Model):
    """What somebody drew together from entries of a case. It is never changed; another one is made."""

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
    """Sets of redacted versions."""

    def given_to(self, person: Person) -> Self:
        """Those that were given to somebody, or to a body of theirs, and that they may read."""
        return self.filter(pk__in=given_to(person).any, level__lte=person.vetting)

    def visible_to(self, person: Person) -> Self:
        """Those that were given to somebody, and those of the cases that they may change."""
        own = Redaction.objects.filter(case__in=Case.objects.changed_by(person)).values("redacted")
        mine = models.Q(pk__in=given_to(person).any) | models.Q(pk__in=own)
        return self.filter(mine, level__lte=person.vetting)


class Redacted(models.Model):
    """What remains of a text. It names neither the case nor the text that it comes from."""

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
    """From which text of which case a redacted version comes, and who made it."""

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
