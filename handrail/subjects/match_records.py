"""The match record of a subject: an outline to compare, and the keys under which it is found.

Both are derived from the subject's details and written by `match_record_actions.index_subjects` only.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class IndexReason(models.TextChoices):
    """Why the index is asked or refreshed for a subject."""

    INTAKE = "intake", "When a referral was taken"
    CHANGE = "change", "When what is known of somebody changed"
    BULK = "bulk", "In a run over many records"


class Outline(models.Model):
    """One subject, ready to compare. Readable by users who may see the subject."""

    subject = models.OneToOneField(
        "subjects.Subject", primary_key=True, on_delete=models.CASCADE, related_name="outline"
    )
    packed = models.TextField()
    keys = ArrayField(models.BigIntegerField())
    because = models.CharField(max_length=6, choices=IndexReason)
    looked_at = models.DateTimeField(
        null=True, help_text="When the worker last looked for others like them; none while it has to."
    )
    capped = models.BooleanField(
        db_default=False, help_text="Whether the worker left records uncompared, so that others may be alike."
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject"], name="outline_to_look", condition=models.Q(looked_at=None))
        ]

    def __str__(self) -> str:
        return f"outline of {self.subject_id}"


class Key(models.Model):
    """One key under which a subject is found. Only database functions read these rows.

    A person has some forty keys. There is no foreign key constraint: checking it would cost more than the
    row.
    """

    pk = models.CompositePrimaryKey("key", "subject")
    key = models.BigIntegerField()
    subject = models.ForeignKey(
        "subjects.Subject", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.key}"


class Counted(models.Model):
    """The frequencies of names, towns and addresses at the last count. The table has one row."""

    packed = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="counted_is_one_row",
                violation_error_message="There is one count, the last.",
            )
        ]

    def __str__(self) -> str:
        return f"count of {timezone.localdate(self.made_at):%Y-%m-%d}"
