"""The table of receipts: what a referrer may know of their referral, for feedback.

A receipt names neither the case nor its subject, so its referrer learns nothing more from the row.
"""

import uuid
from typing import ClassVar, Self

from django.db import models

from handrail.organisations.models import Person


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    """Receipts, narrowed to a referrer."""

    def of(self, person: Person) -> Self:
        """Filter to the receipts of one referrer, newest first."""
        return self.filter(person=person).order_by("-received_on", "-pk")


class Receipt(models.Model):
    """A referral as its referrer sees it: the turns of the dialogue, each in its words at the time.

    A turn is what `intake.dialogue.turn_of` returns; the first is the oldest.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.OneToOneField("cases.Referral", on_delete=models.PROTECT, related_name="receipt")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=12)
    received_on = models.DateField()
    turns = models.JSONField(default=list)
    told_on = models.DateField(null=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-received_on"], name="receipt_by_person")
        ]

    def __str__(self) -> str:
        return self.reference
