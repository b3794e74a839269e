"""The tables of the record. Nothing here is ever changed: the database sees to it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

models.BinaryField.register_lookup(Length)


class Entry(models.Model):
    """One act: who, with which authority, when it happened and when it was recorded; its content lies apart."""

    id = models.BigAutoField(primary_key=True)
    chain = models.UUIDField()
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=60)
    outcome = models.CharField(max_length=60, null=True)  # noqa: DJ001 no outcome is not an empty outcome
    stage = models.CharField(max_length=60)
    actor = models.UUIDField()
    role = models.CharField(max_length=40)
    organisation = models.UUIDField()
    seen_version = models.PositiveIntegerField()
    reason_given = models.BooleanField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    pack = models.CharField(max_length=60)
    commitment = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["chain", "number"], name="entry_number_once_in_chain"),
            models.CheckConstraint(
                condition=Q(number__gt=0) & ~Q(act="") & ~Q(role="") & ~Q(pack=""),
                name="entry_names_act_authority_and_policy",
                violation_error_message="An entry names its act, the authority of its author and the policy.",
            ),
            models.CheckConstraint(
                condition=Q(outcome=None) | Q(reason_given=True),
                name="entry_gives_reason_for_outcome",
                violation_error_message="A decision is recorded with its reason.",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("recorded_at")),
                name="entry_happened_before_recorded",
                violation_error_message="Nothing is recorded before it happened.",
            ),
            models.CheckConstraint(
                condition=Q(commitment__length=32, previous__length=32, hash__length=32),
                name="entry_hashes_are_whole",
                violation_error_message="Hashes have 32 bytes.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["act", "chain", "number"], name="entry_by_act")]

    def __str__(self) -> str:
        return f"{self.act} {self.number}"


class Content(models.Model):
    """What an entry says, with the salt of its commitment. It can be erased; the chain still verifies."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="content")
    salt = models.BinaryField(max_length=32)
    content = models.JSONField()

    def __str__(self) -> str:
        return f"content of entry {self.entry_id}"


class Chain(models.Model):
    """How long a chain is and what its last hash is; written by the entries' own trigger alone."""

    id = models.UUIDField(primary_key=True)
    length = models.PositiveIntegerField()
    head = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"chain of {self.length}"


class Leaf(models.Model):
    """The place of an entry in the tree over the whole record."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf")

    def __str__(self) -> str:
        return f"leaf {self.position}"


class Head(models.Model):
    """The signed root of the tree when it had this size."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    edge = models.BinaryField()
    sealed_at = models.DateTimeField()
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"head over {self.size} entries"
