"""The table of deadlines: limits of a pack that run, or ran, for a case."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from handrail.cases.models.case import Case
from handrail.cases.models.visibility import of_case, seen
from handrail.organisations.models import Organisation, Person


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    """Deadlines, narrowed by their state or by the access of a user."""

    def running(self) -> Self:
        """Filter to deadlines that have not ended."""
        return self.filter(ended=None)

    def visible_to(self, person: Person) -> Self:
        """Filter to deadlines of cases whose status, at least, the user may see."""
        return self.filter(of_case(seen(person)))


class Deadline(models.Model):
    """A limit of the pack that runs, or ran, for a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False, related_name="+")
    limit_id = models.CharField(max_length=60)
    step_id = models.CharField(max_length=60)
    role = models.CharField(max_length=40)
    began = models.DateField()
    due = models.DateField()
    ended = models.DateField(null=True)
    lapsed = models.BooleanField(default=False)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "limit_id"], condition=Q(ended=None), name="deadline_runs_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["force", "role", "due"], name="deadline_running", condition=Q(ended=None)),
            models.Index(fields=["force", "due", "id"], name="deadline_by_force", condition=Q(ended=None)),
            models.Index(fields=["due", "id"], name="deadline_due", condition=Q(ended=None)),
            models.Index(
                fields=["limit_id", "case"], name="deadline_by_limit", include=["due", "ended", "lapsed"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.limit_id} due {self.due}"
