"""That somebody looked for a person and was pointed to a record: for whoever answers for that."""

import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils import timezone

from handrail.organisations.models import Person


class Sought(models.Model):
    """One record to which a search pointed. What was looked for is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey("subjects.Subject", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="sought_at")]

    def __str__(self) -> str:
        return f"{self.by_id} at {self.at}"


def pointed_to(subjects: Iterable[uuid.UUID], *, by: Person) -> None:
    """Keep that somebody was pointed to these records now; the worker tells who answers for them."""
    at = timezone.now()
    Sought.objects.bulk_create(Sought(subject_id=subject, by=by, at=at) for subject in subjects)
