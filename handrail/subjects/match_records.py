"""What is kept of each subject so that they can be found: an outline, and the keys that lead to it.

Both follow from what is on record, and are written by `keeping.keep` alone.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class IndexReason(models.TextChoices):
    """Why somebody is looked for among those on record."""

    INTAKE = "intake", "When a referral was taken"
    CHANGE = "change", "When what is known of somebody changed"
    BULK = "bulk", "In a run over many records"


class Outline(models.Model):
    """One subject, ready to compare. Who may see the subject may see it."""

    subject = models.OneToOneField(
        "subjects.Subject", primary_key=True, on_delete=models.CASCADE, related_name="outline"
    )
    packed = models.TextField()
    keys = ArrayField(models.BigIntegerField())
    because = models.CharField(max_length=6, choices=IndexReason)
    looked_at = models.DateTimeField(
        null=True, help_text="When the worker last looked for others like them; none while it has to."
    )

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject"], name="outline_to_look", condition=models.Q(looked_at=None))
        ]

    def __str__(self) -> str:
        return f"outline of {self.subject_id}"


class Key(models.Model):
    """One key under which a subject is kept. Nobody reads these rows; functions of the database do.

    There are some forty for a person. A reference that the database checks would cost more than the key.
    """

    pk = models.CompositePrimaryKey("key", "subject")
    key = models.BigIntegerField()
    subject = models.ForeignKey(
        "subjects.Subject", on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.key}"


class Counted(models.Model):
    """How common names, towns and addresses were when they were last counted. There is one row."""

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
