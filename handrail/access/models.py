"""Grants and exclusions of users on records, and the log of reads.

`record` is the id of a record, such as a case, and also the id of its chain in the ledger. This room knows
nothing else about records.
"""

import uuid
from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from handrail.access.grant_kinds import LONGEST, RULES, Ends, GrantKind, kinds
from handrail.organisations.models import Organisation, Person, Post

# Kinds that rooms above register belong to none of these lists, as `grant_kinds.register` refuses such rules.
LASTING = kinds(lambda rule: rule.ends is Ends.BY_HAND)
OF_PEOPLE = kinds(lambda rule: rule.opens_restricted)
SHARING = kinds(lambda rule: rule.shares)
NO_EVENT = Q(event_kind="", event=None, event_words="", event_on=None)


@pghistory.track()
class Sample(models.Model):
    """An inspector's sample: how its records were chosen, and until when they may be read.

    The grants of a sample refer to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inspector = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="samples")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    chosen = models.TextField(help_text="How the records were chosen, so that it can be done again.")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["-since"], name="sample_newest")]

    def __str__(self) -> str:
        return f"sample until {self.until}"

    def is_live(self, at: datetime | None = None) -> bool:
        """Whether the inspector may read the sample's records at a moment, now by default."""
        return self.ended_at is None and (at or timezone.now()) < self.until


class GrantQuerySet(models.QuerySet["Grant"]):
    """Queries on grants."""

    def live(self, at: datetime | None = None) -> Self:
        """Return the grants in force at a moment, now by default.

        A grant that depends on an office, such as professional standards of a force, is in force only while
        the person holds that office.
        """
        at = at or timezone.now()
        holds = Post.objects.current(timezone.localdate(at)).vetted(timezone.localdate(at))
        office = holds.filter(
            person=OuterRef("person"), role=OuterRef("office"), organisation=OuterRef("office_in")
        )
        return self.filter(
            Q(until=None) | Q(until__gt=at), Q(office="") | Exists(office), since__lte=at, ended_at=None
        )

    def to(self, person: Person) -> Self:
        """Return grants to a person, or to an organisation where a vetted post of theirs can be invited."""
        bodies = [post.organisation_id for post in person.posts_to_be_invited]
        if not bodies:
            return self.none()
        return self.filter(Q(person=person) | Q(organisation__in=bodies))


@pghistory.track()
class Grant(models.Model):
    """Access of a person or an organisation to a record, or to some of its stages, for a period."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.UUIDField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="grants")
    kind = models.CharField(max_length=LONGEST)
    stages = ArrayField(
        models.CharField(max_length=60), default=list, help_text="What of it; none named means all of it."
    )
    purpose = models.CharField(
        max_length=60, blank=True, help_text="For what is opened: which of the policy's reasons."
    )
    reason = models.TextField()
    basis = models.TextField(blank=True, help_text="For what is shared: on which lawful basis.")
    controller = models.CharField(
        max_length=200, blank=True, help_text="For what is shared: who answers for it afterwards."
    )
    sample = models.ForeignKey(Sample, null=True, on_delete=models.PROTECT, related_name="grants")
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", help_text="None: the public form."
    )
    role = models.CharField(max_length=40, blank=True, help_text="The role by which `by` gave it.")
    office = models.CharField(
        max_length=40,
        blank=True,
        help_text="The role for which somebody was named; it ends with that office.",
    )
    office_in = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", help_text="Where they hold it."
    )
    event_kind = models.CharField(
        max_length=40, blank=True, help_text="What gave it and ends it, such as a meeting."
    )
    event = models.UUIDField(null=True)
    event_words = models.CharField(max_length=200, blank=True, help_text="As in: on the agenda of 12 March.")
    event_on = models.DateField(null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(max_length=60, blank=True)
    finding_reason = models.TextField(blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(organisation=None),
                name="grant_is_to_a_person_or_a_body",
                violation_error_message="Access is given to one person or to one body.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=OF_PEOPLE, person=None),
                name="grant_names_a_person_for_a_restricted_case",
                violation_error_message="A restricted case is opened to people by name, never to a body.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LASTING) | Q(until__isnull=False),
                name="grant_has_an_end",
                violation_error_message="Say until when.",
            ),
            models.CheckConstraint(
                condition=NO_EVENT
                | ~Q(event_kind="") & ~Q(event_words="") & Q(event__isnull=False, event_on__isnull=False),
                name="grant_by_an_event_says_which",
                violation_error_message="Say which event gives it, in words and with its day.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="grant_has_a_reason",
                violation_error_message="Say why.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=SHARING) | (~Q(basis="") & ~Q(controller="")),
                name="grant_shares_on_a_basis",
                violation_error_message="Say on which lawful basis, and who answers for it afterwards.",
            ),
            models.CheckConstraint(
                condition=Q(sample=None) | Q(kind=GrantKind.SAMPLE),
                name="grant_of_sample_is_a_sample",
                violation_error_message="A sample has grants of its own kind only.",
            ),
            models.CheckConstraint(
                condition=Q(office="", office_in=None)
                | ~Q(office="") & Q(office_in__isnull=False, person__isnull=False),
                name="grant_for_an_office_says_where",
                violation_error_message="An office is held by a person in an organisation.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=models.F("by")),
                name="grant_is_reviewed_by_another",
                violation_error_message="Nobody reviews what they gave themselves.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["record", "-since"], name="grant_by_record"),
            models.Index(fields=["person"], name="grant_live_to_person", condition=Q(ended_at=None)),
            models.Index(fields=["organisation"], name="grant_live_to_body", condition=Q(ended_at=None)),
            models.Index(
                fields=["event"], name="grant_by_event", condition=Q(ended_at=None, event__isnull=False)
            ),
            # `kind` is a column, not a condition: a cached plan does not know which kind the query asks for.
            models.Index(fields=["kind", "since"], name="grant_not_reviewed", condition=Q(reviewed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.called}: {self.record}"

    @property
    def called(self) -> str:
        """The title of the grant, from its kind and the event that gave it."""
        label = RULES[self.kind].label
        return f"{label}: {self.event_words}" if self.event else label

    @property
    def to(self) -> Person | Organisation:
        """The person or organisation that has the grant."""
        receiver = self.person or self.organisation
        assert receiver is not None  # noqa: S101 the database has one of the two
        return receiver


@pghistory.track()
class Exclusion(models.Model):
    """A person who may not see a record, whatever their posts and grants.

    Usually the subject of the record, or somebody close to them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exclusions")
    reason = models.TextField()
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", help_text="None: the public form."
    )
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["record", "person"],
                condition=Q(ended_at=None),
                name="exclusion_stands_once",
                violation_error_message="This person is excluded already.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="exclusion_has_a_reason", violation_error_message="Say why."
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person"], name="exclusion_of_person", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"excluded from {self.record}"


class Verb(models.TextChoices):
    """What was done with a record without changing it; see section 62 of the Data Protection Act 2018."""

    CONSULTED = "consulted", "Looked at"
    LISTED = "listed", "Shown in a list"
    SEARCHED = "searched", "Searched"
    DISCLOSED = "disclosed", "Disclosed"
    EXPORTED = "exported", "Exported"
    PRINTED = "printed", "Printed"


# Verbs after which a copy of the record, or of part of it, exists outside Handrail.
COPYING = (Verb.DISCLOSED, Verb.EXPORTED, Verb.PRINTED)


class Reading(models.Model):
    """A line of the log of reads: who looked, when, at which records, on which page, why and from where.

    The line holds no content of a record. The words of a search are kept as a keyed digest only: an auditor
    can test whether a given name was searched for, and nobody can list the names that were.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    person = models.UUIDField(null=True)
    verb = models.CharField(max_length=10, choices=Verb)
    records = ArrayField(models.UUIDField())
    page = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    recipient = models.CharField(max_length=200, blank=True)
    sought = models.BinaryField(max_length=32, null=True)
    origin = models.GenericIPAddressField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(verb__in=COPYING) | ~Q(recipient=""),
                name="reading_that_copies_names_its_recipient",
                violation_error_message="Say who has the copy.",
            ),
            models.CheckConstraint(condition=Q(verb__in=Verb.values), name="reading_says_what_was_done"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["records"], name="reading_of_record"),
            models.Index(fields=["person", "-at"], name="reading_by_person"),
            models.Index(fields=["-at"], name="reading_newest"),
            models.Index(fields=["sought"], name="reading_sought", condition=Q(sought__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {len(self.records)}"
