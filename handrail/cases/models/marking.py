"""The table of raised markings: a marking above the one that a step or a record has by itself."""

import uuid
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import Q

from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.organisations.vetting import Vetting


@pghistory.track()
class RaisedMarking(models.Model):
    """A marking given to one entry or to a whole record. The highest counts; none is ever removed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.UUIDField()
    number = models.PositiveIntegerField(help_text="Of the entry; nought for the case as a whole.")
    marking = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(choices=Vetting)
    reason = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="marking_has_a_reason", violation_error_message="Say why."
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record", "number"], name="marking_of_item", include=["level"])
        ]

    def __str__(self) -> str:
        return f"{self.marking} of {self.record}, {self.number}"

    @classmethod
    def said_by(cls, entry: Entry) -> list[Self]:
        """Return the rows that an entry says, without what is drawn by chance and their reasons."""
        said = entry.content.content
        marked = [(one["number"], one["marking"], one["level"]) for one in said.get("marked", ())]
        if "marking" in said:
            marked.append((entry.number, said["marking"], entry.content.level))
        own = {"record": entry.chain, "by_id": entry.actor, "at": entry.recorded_at}
        return [cls(number=number, marking=marking, level=level, **own) for number, marking, level in marked]
