"""What is due by a day on a record of any kind but a case, or from an organisation, and whose it is to do.

Deadlines of cases are a table of their own room, by which its lists are sorted; here are all others. What one
says, and who keeps it, the room above knows that registers `Keeping` for its kind.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from handrail.organisations.models import Organisation, Person
from handrail.policy.position import Deadline

ORGANISATION = "organisation"  # the kind of a deadline that is an organisation's, and no record's


class RecordDeadlineQuerySet(models.QuerySet["RecordDeadline"]):
    """Sets of deadlines."""

    def running(self) -> Self:
        """Deadlines that have not ended."""
        return self.filter(ended=None)

    def late(self, today: date) -> Self:
        """Deadlines that ended late, or run on past their day."""
        return self.filter(is_late(today))


def is_late(today: date) -> Q:
    """Return the deadlines that ended late, or run on past their day."""
    return Q(ended__gt=F("due")) | Q(ended=None, due__lt=today)


class RecordDeadline(models.Model):
    """A limit or an obligation of the pack that runs, or ran, for a record or for an organisation."""

    record_kind = models.CharField(max_length=60)
    record = models.UUIDField(help_text="The id of the record, or of the organisation.")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        help_text="The one that answers for it: the force of the record, or the organisation itself.",
    )
    pack_id = models.CharField(max_length=60)
    limit_id = models.CharField(max_length=60, help_text="Which limit or obligation of the pack.")
    step_id = models.CharField(max_length=60, blank=True)
    began = models.DateField()
    due = models.DateField()
    ended = models.DateField(null=True)
    lapsed = models.BooleanField(default=False)

    objects = RecordDeadlineQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record", "limit_id"], condition=Q(ended=None), name="record_deadline_runs_once"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["organisation", "due"], name="record_deadline_running", condition=Q(ended=None)
            ),
            models.Index(fields=["due"], name="record_deadline_due", condition=Q(ended=None)),
            models.Index(fields=["limit_id", "record"], name="record_deadline_by_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.limit_id} due {self.due}"

    @property
    def of_process(self) -> Deadline:
        """Return this row as the process knows a deadline."""
        return Deadline(self.limit_id, self.step_id, self.began, self.due, self.ended, self.lapsed)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the deadlines of one kind of record say, and whose they are.

    `statement` says one in words, of a record or an organisation by the id of its limit. `keepers` gives the
    users who are told of one on a day.
    """

    statement: Callable[[Any, str], str]
    keepers: Callable[[RecordDeadline, date], Collection[Person]]


_kept: dict[str, Keeping] = {}


def register(record_kind: str, keeping: Keeping) -> None:
    """Add whose the deadlines of a kind of record are. Raises ValueError where somebody said otherwise."""
    if _kept.setdefault(record_kind, keeping) != keeping:
        raise ValueError(f"Whose deadlines of “{record_kind}” are was said already.")


def keeping_of(record_kind: str) -> Keeping | None:
    """Return what deadlines of this kind say and whose they are; None where no room said."""
    return _kept.get(record_kind)
