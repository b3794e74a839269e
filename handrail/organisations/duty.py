"""The duty list of a force: who is on duty, when, and by which telephone number.

Stated threats are notified to the people on duty at once. Rows may be cut short, but are never deleted.
"""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

import pghistory
from django.db import models


class DutyQuerySet(models.QuerySet["Duty"]):
    """Queries on duties."""

    def not_over(self, at: datetime) -> Self:
        """Return duties that have not ended at a moment, future ones included, earliest first."""
        return self.filter(until__gt=at).order_by("since", "pk")

    def on_duty(self, at: datetime) -> Self:
        """Return duties in force at a moment whose person has an open account."""
        return self.not_over(at).filter(since__lte=at, person__is_active=True)


@pghistory.track()
class Duty(models.Model):
    """A person's duty in a force, from `since` (included) to `until` (excluded)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="duties")
    person = models.ForeignKey("organisations.Person", on_delete=models.PROTECT, related_name="duties")
    telephone = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField()

    objects = DutyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")),
                name="duty_ends_after_it_begins",
                violation_error_message="A duty cannot end before it begins.",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["force", "until"], name="duty_of_force")
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.telephone}"


def on_duty_in(forces: Collection[UUID], at: datetime) -> dict[UUID, list[Duty]]:
    """Return the duties at a moment for each of these forces, in one query; no query for no forces."""
    found: dict[UUID, list[Duty]] = {force: [] for force in forces}
    if found:
        for duty in Duty.objects.on_duty(at).filter(force__in=found).select_related("person"):
            found[duty.force_id].append(duty)
    return found
