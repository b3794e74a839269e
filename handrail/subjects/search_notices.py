"""Search notices: a user searched for a person and was pointed to a record of another force."""

import uuid
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils import timezone

from handrail.organisations.models import Person


class SearchNotice(models.Model):
    """One record to which a search pointed. The search terms are not stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey("subjects.Subject", on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="sought_at")]

    def __str__(self) -> str:
        return f"{self.by_id} at {self.at}"


def pointed_to(subjects: Iterable[uuid.UUID], *, by: Person) -> None:
    """Save that `by` was pointed to these records now; the worker notifies the people responsible."""
    at = timezone.now()
    SearchNotice.objects.bulk_create(SearchNotice(subject_id=subject, by=by, at=at) for subject in subjects)
