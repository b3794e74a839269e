"""Tables of the ledger. Rows are only ever added: triggers of the database refuse changes."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import GreaterThan

models.BinaryField.register_lookup(Length)

LONGEST_KIND = 20  # characters in the name of a kind of chain
CLOCKS_DIFFER_BY = timedelta(minutes=1)  # between the machines of one installation


def whole(*fields: str) -> Q:
    """Return the condition that each of these fields holds the 32 bytes of a hash or a salt."""
    return Q(**{f"{field}__length": 32 for field in fields})


class Entry(models.Model):
    """One act: the actor and their authority, when it happened and when it was recorded.

    The content of the act is in `Content`, so that it can be erased without breaking the chain.
    """

    id = models.BigAutoField(primary_key=True)
    chain = models.UUIDField()
    # Not part of the hash; equals the kind of the chain. Row security depends on this column.
    kind = models.CharField(max_length=LONGEST_KIND)
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
            models.UniqueConstraint(
                fields=["chain", "number"],
                name="entry_number_once_in_chain",
                violation_error_message="A chain has one entry of each number.",
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0) & ~Q(act="") & ~Q(role="") & ~Q(pack=""),
                name="entry_names_act_authority_and_policy",
                violation_error_message="An entry names its act, the authority of its author and the policy.",
            ),
            models.CheckConstraint(
                condition=Q(outcome=None) | Q(reason_given=True) & ~Q(outcome=""),
                name="entry_gives_reason_for_outcome",
                violation_error_message="A decision is recorded with its reason.",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("recorded_at") + CLOCKS_DIFFER_BY),
                name="entry_happened_before_recorded",
                violation_error_message="Nothing is recorded before it happened.",
            ),
            models.CheckConstraint(
                condition=whole("commitment", "previous", "hash"),
                name="entry_hashes_are_whole",
                violation_error_message="Hashes have 32 bytes.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The checks read the indexes alone, without the entries' rows.
            models.Index(
                fields=["act", "chain", "number"], name="entry_by_act", include=["actor", "outcome", "id"]
            ),
            models.Index(fields=["stage", "chain", "act"], name="entry_by_stage"),
            models.Index(
                fields=["chain"],
                name="entry_recorded_late",
                include=["recorded_at", "happened_at"],
                condition=Q(GreaterThan(F("recorded_at") - F("happened_at"), timedelta(days=1))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.number}"


class Content(models.Model):
    """The content of an entry with the salt of its commitment. The chain verifies even after erasure."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="content")
    salt = models.BinaryField(max_length=32)
    content = models.JSONField()
    # Not part of the hash: row security depends on this column. The hashed content states the level too.
    level = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=whole("salt"),
                name="content_salt_is_whole",
                violation_error_message="A salt has 32 bytes.",
            )
        ]

    def __str__(self) -> str:
        return f"content of entry {self.entry_id}"


class Chain(models.Model):
    """The kind, length and last hash of a chain. Only the trigger of the entries writes this table."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=LONGEST_KIND)
    length = models.PositiveIntegerField()
    head = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"chain of {self.length}"


class Unsealed(models.Model):
    """An entry that is not sealed yet. A trigger of entries adds this row, a trigger of leaves removes it."""

    entry = models.OneToOneField(
        Entry, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True, related_name="+"
    )
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"entry {self.entry_id}, to be sealed"


class Leaf(models.Model):
    """The position of an entry in the tree over the whole ledger, from 0, with its hash when it was sealed.

    The leaf names the entry by chain and number, so that a removed entry can still be named.
    """

    position = models.BigIntegerField(primary_key=True)
    chain = models.UUIDField()
    number = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["chain", "number"],
                name="leaf_once_for_entry",
                violation_error_message="An entry is sealed once.",
            )
        ]

    def __str__(self) -> str:
        return f"leaf {self.position}"


class Head(models.Model):
    """The signed root of the tree at one size; `edge` is what the next seal needs to continue the tree."""

    number = models.PositiveIntegerField(primary_key=True)
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    edge = models.BinaryField()
    previous = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField()
    public_key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"head {self.number} over {self.size} entries"
