"""Details learnt about a subject after the first referral: one row each, with its source.

Each row follows from an entry of the record. A detail that turns out wrong is kept and marked so.
"""

import uuid
from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from handrail.organisations.vetting import Vetting


class DetailKind(StrEnum):
    """The kinds of detail. `policy.schema.Meaning` and the packs use these names; a test compares them."""

    NAME = "name"
    OTHER_NAMES = "other-names"
    ONLINE_NAME = "online-name"
    TELEPHONE = "telephone"
    EMAIL = "email"
    ADDRESS = "address"
    DATE_OF_BIRTH = "date-of-birth"
    APPROXIMATE_AGE = "approximate-age"
    RELATION = "relation"


@pghistory.track(exclude=["found_under"])
class Detail(models.Model):
    """One piece of information from an entry about a subject. `what` holds its parts as typed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey(
        "subjects.Subject", on_delete=models.PROTECT, db_index=False, related_name="details"
    )
    record = models.UUIDField(help_text="The chain of the entry.")
    number = models.PositiveIntegerField(help_text="Of the entry that brought it.")
    level = models.PositiveSmallIntegerField(choices=Vetting)
    apart = models.BooleanField(default=False, help_text="Marked higher by somebody: nobody is found by it.")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in DetailKind])
    what = models.JSONField()
    source = models.CharField(max_length=200, blank=True)
    on = models.DateField(help_text="When it was learnt.")
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    ended_by = models.PositiveIntegerField(null=True, help_text="The entry that said it holds no more.")
    wrong_by = models.PositiveIntegerField(null=True, help_text="The entry that called it wrong.")
    found_under = models.TextField(editable=False, default="", help_text="Words for a search by name.")
    # For a related person: that person's own record, where one exists.
    other = models.ForeignKey("subjects.Subject", null=True, on_delete=models.PROTECT, related_name="+")
    other_record = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["record", "number", "kind"], name="detail_is_told_once"),
            models.CheckConstraint(
                condition=Q(other=None, other_record=None)
                | Q(other__isnull=False, other_record__isnull=False, kind=DetailKind.RELATION.value),
                name="detail_relates_to_a_whole_record",
                violation_error_message="A relation names the other person and their record.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject", "kind"], name="detail_of_subject"),
            GinIndex(
                SearchVector("found_under", config="simple"),
                name="detail_words",
                condition=~Q(found_under=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of entry {self.number}"

    @property
    def is_compared(self) -> bool:
        """Whether searches and matching may use the detail: it is neither marked wrong nor set apart."""
        return self.wrong_by is None and not self.apart


ORDER = [kind.value for kind in DetailKind]
CHANGES = ["until", "ended_by", "wrong_by", "apart"]
# Values that the subject's own row holds, from the first entry.
FIRST = frozenset({DetailKind.NAME, DetailKind.DATE_OF_BIRTH, DetailKind.APPROXIMATE_AGE, DetailKind.ADDRESS})


def with_first_record(first: Iterable[Detail], later: Iterable[Detail]) -> list[Detail]:
    """Return all details in the order of entries; a saved row replaces one from the first record."""
    known = {(detail.number, detail.kind): detail for detail in [*first, *later]}
    return sorted(known.values(), key=lambda detail: (detail.number, ORDER.index(detail.kind)))
