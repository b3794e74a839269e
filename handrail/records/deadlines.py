"""Deadlines of organisations, and of every kind of record except cases.

Deadlines of cases have a table of their own, which sorts the lists of cases. A room above registers a
`Keeping` for its kind, which says in words what a deadline asks and which users are told of it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from handrail.organisations.models import Organisation, Person
from handrail.policy.position import Deadline
from handrail.records.kinds import kind_named

ORGANISATION = "organisation"  # the kind of a deadline that belongs to an organisation and to no record


class RecordDeadlineQuerySet(models.QuerySet["RecordDeadline"]):
    """Sets of deadlines."""

    def running(self) -> Self:
        """Deadlines that have not ended."""
        return self.filter(ended=None)

    def late(self, today: date) -> Self:
        """Deadlines that ended late, or are running past their due date."""
        return self.filter(is_late(today))


def is_late(today: date) -> Q:
    """Return the condition for deadlines that ended late, or are running past their due date."""
    return Q(ended__gt=F("due")) | Q(ended=None, due__lt=today)


class RecordDeadline(models.Model):
    """A limit or an obligation of the pack, running or ended, for a record or an organisation."""

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
        """The row as a `policy.position.Deadline`."""
        return Deadline(self.limit_id, self.step_id, self.began, self.due, self.ended, self.lapsed)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the deadlines of one kind of record say, and which users are told of them.

    `statement` returns a deadline in words, given its record or organisation and the id of its limit.
    `keepers` returns the users to be told of a deadline on a day.
    """

    statement: Callable[[Any, str], str]
    keepers: Callable[[RecordDeadline, date], Collection[Person]]


_kept: dict[str, Keeping] = {}


def register(record_kind: str, keeping: Keeping) -> None:
    """Register the `Keeping` of a kind of record, or of ORGANISATION.

    Raises KeyError for a kind that no room registered, and ValueError where another one is registered.
    """
    if record_kind != ORGANISATION:
        kind_named(record_kind)
    if _kept.setdefault(record_kind, keeping) != keeping:
        raise ValueError(f"Whose deadlines of “{record_kind}” are has already been set.")


def keeping_of(record_kind: str) -> Keeping | None:
    """Return the `Keeping` of a kind of record; None where no room registered one."""
    return _kept.get(record_kind)
