"""Matters as they stand. Every row follows from the entries of its chain, and only `acts` writes it.

A row holds no text: what was asked, advised or done is in the entries, for those who may read them.
"""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import ClassVar, Self
from uuid import UUID

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from handrail.cases.models.reference import new_matter_reference
from handrail.cases.packs import pack
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person
from handrail.policy.clock import add_hours
from handrail.policy.deadlines import in_due_order
from handrail.policy.position import Pending
from handrail.policy.registers import Standing
from handrail.policy.schema.access import Marking
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Register
from handrail.records.deadlines import RecordDeadline

RECORD_KIND = "register-entry"  # the name of the kind of record that a matter is


def read(person: Person, matter: str = "") -> Q:
    """The matters of which somebody reads all: those of their force, and those that they recorded.

    `matter` leads to the matter from another table.
    """
    posts = [post for post in person.current_posts if post.is_vetted()]
    whole = [p.force_id for p in person.posts_that_may(Capability.READ_REGISTERS) if p in posts]
    keeps = [p for p in person.posts_that_may(Capability.READ_OWN_MATTERS) if p in posts]
    own = Q(**{f"{matter}begun_by": person}) if whole or keeps else Q(pk__in=[])
    return Q(**{f"{matter}force__in": whole}) | own


def seen(person: Person) -> Q:
    """The matters of which somebody sees at least where they stand."""
    overseen = Q(pk__in=[])
    for post in person.current_posts:
        if not post.is_vetted():
            continue
        if post in person.posts_that_may(Capability.OVERSEE_NATION):
            overseen |= Q(pk__isnull=False)
        if post in person.posts_that_may(Capability.OVERSEE_REGION):
            overseen |= Q(force__parent=post.organisation_id)
    return overseen | read(person)


class MatterQuerySet(models.QuerySet["Matter"]):
    """Sets of matters."""

    def visible_to(self, person: Person) -> Self:
        """The matters of which this person sees at least where they stand."""
        return self.filter(seen(person))

    def read_by(self, person: Person) -> Self:
        """The matters of which this person reads all."""
        return self.filter(read(person))

    def waiting_for_another(self) -> Self:
        """Matters with a decision that somebody else has still to look at."""
        return self.exclude(pending_step="")


@pghistory.track()
class Matter(models.Model):
    """Where a matter stands: in which register and force, what was decided, and which case it became."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_matter_reference)
    register_id = models.CharField(max_length=60)
    pack_id = models.CharField(max_length=60)
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="matters")
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_on = models.DateField()
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=60, blank=True)
    decided = models.CharField(max_length=60, blank=True)
    taken = ArrayField(models.CharField(max_length=60), default=list)
    pending_step = models.CharField(max_length=60, blank=True)
    pending_outcome = models.CharField(max_length=60, blank=True)
    pending_by = models.UUIDField(null=True)
    pending_number = models.PositiveIntegerField(null=True)
    became = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="matters")
    threat_at = models.DateTimeField(null=True, help_text="When a threat or harm was last stated in it.")

    # What every record says, and none of a register differs in: it has no stages, and as a whole no marking.
    stage_id = "register"
    level = 0

    objects = MatterQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(pending_step="", pending_by=None, pending_number=None)
                | (~Q(pending_step="") & Q(pending_by__isnull=False, pending_number__isnull=False)),
                name="matter_pending_decision_is_whole",
                violation_error_message="A decision that awaits another names who took it, and its entry.",
            ),
            models.CheckConstraint(
                condition=Q(became=None) | Q(ended_on__isnull=False),
                name="matter_that_became_a_case_is_settled",
                violation_error_message="What became a case is settled.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["register_id", "force", "-begun_on"], name="matter_by_force"),
            models.Index(fields=["register_id", "-begun_on", "id"], name="matter_newest"),
            models.Index(fields=["begun_by"], name="matter_by_author"),
            models.Index(
                fields=["threat_at"], name="matter_threatened", condition=Q(threat_at__isnull=False)
            ),
            models.Index(fields=["became"], name="matter_became", condition=Q(became__isnull=False)),
            models.Index(fields=["force"], name="matter_waiting", condition=~Q(pending_step="")),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def pack(self) -> Pack:
        """The policy under which the matter was begun."""
        return pack(self.pack_id)

    @property
    def marking(self) -> Marking:
        """How a matter as a whole is marked; its entries may be marked higher."""
        return self.pack.marking_of(None)

    @property
    def called(self) -> str:
        """What a page calls it: the register in which it stands."""
        return self.register.title

    @property
    def listed_as(self) -> str:
        """What a row of a list calls it, to tell it from others: its reference."""
        return self.reference

    @property
    def register(self) -> Register:
        """The register in which it stands, as its pack describes it."""
        return self.pack.register_by_id[self.register_id]

    @property
    def standing(self) -> Standing:
        """Where it stands, as the columns say."""
        pending = None
        if self.pending_step and self.pending_number is not None:
            by = str(self.pending_by)
            pending = Pending(self.pending_step, self.pending_outcome, by, self.pending_number)
        ended, became = self.ended_on is not None, self.became_id is not None
        threat = self.threat_at is not None
        return Standing(frozenset(self.taken), pending, self.decided, ended, became, threat)

    @property
    def threat(self) -> str:
        """What the flag of a stated threat says while nobody said what was done; empty for others."""
        said = self.pack.threat
        return said.tag if said and self.threat_at and not self.became_id else ""

    @property
    def threat_due_at(self) -> datetime | None:
        """Until which moment somebody says what was done about a stated threat."""
        limit = self.pack.threat_limit_in(self.register_id)
        return add_hours(self.threat_at, limit.hours or 0) if limit and self.threat_at else None

    def threat_is_late(self, at: datetime | None = None) -> bool:
        """Whether the time in which somebody says what was done about a stated threat is over."""
        due = self.threat_due_at
        return due is not None and due < (at or timezone.now())

    def is_by_the_clock(self, limit_id: str) -> bool:
        """Whether this limit is that of a threat that stands in it: due within hours, not by the day."""
        limit = self.pack.threat_limit_in(self.register_id)
        return limit is not None and limit.id == limit_id and self.threat_at is not None

    @property
    def deadlines(self) -> "models.QuerySet[MatterDeadline]":
        """The limits that run or ran for it."""
        return MatterDeadline.objects.filter(record=self.pk)

    @property
    def running(self) -> list["MatterDeadline"]:
        """The limits that run for it: that of a stated threat, then the earliest due."""
        rows = {row.limit_id: row for row in self.deadlines.filter(ended=None)}
        for row in rows.values():
            row.matter = self
        ordered = in_due_order(self.pack, [row.of_process for row in rows.values()])
        return [rows[deadline.limit] for deadline in ordered]

    def stand(self, standing: Standing, case: UUID | None = None) -> None:
        """Write a standing into the columns; `ended_on` is left to who knows the day."""
        pending = standing.pending
        self.taken = sorted(standing.taken)
        self.decided = standing.decided
        self.pending_step = pending.step if pending else ""
        self.pending_outcome = pending.outcome if pending else ""
        self.pending_by = UUID(pending.by) if pending else None
        self.pending_number = pending.number if pending else None
        self.became_id = case or self.became_id


class MatterDeadlines(models.Manager["MatterDeadline"]):
    """The deadlines of register entries."""

    def get_queryset(self) -> "models.QuerySet[MatterDeadline]":
        """Return the deadlines of this kind of record alone."""
        return super().get_queryset().filter(record_kind=RECORD_KIND)


class MatterDeadline(RecordDeadline):
    """A limit of the pack that runs, or ran, for a matter in a register."""

    objects: ClassVar[MatterDeadlines] = MatterDeadlines()  # type: ignore[assignment] # of this kind alone

    class Meta:
        proxy = True

    @cached_property
    def matter(self) -> Matter:
        """The matter for which it runs; `with_matters` loads those of many in one statement."""
        return Matter.objects.select_related("force").get(pk=self.record)

    @property
    def statement(self) -> str:
        """What has to be done by when, in the words of the pack."""
        return self.matter.pack.limit_by_id[self.limit_id].statement

    @property
    def is_of_threat(self) -> bool:
        """Whether it began when a threat was stated."""
        return self.matter.pack.limit_by_id[self.limit_id].on_threat

    @property
    def is_by_the_clock(self) -> bool:
        """Whether it is due at a time of the day, as what was done about a stated threat is."""
        return self.matter.is_by_the_clock(self.limit_id)

    def is_late(self, today: date) -> bool:
        """Whether it runs on past its day, or past its hour where it is due by the clock."""
        return self.ended is None and (
            self.matter.threat_is_late() if self.is_by_the_clock else self.due < today
        )


def with_matters(rows: Iterable[MatterDeadline]) -> list[MatterDeadline]:
    """Return these deadlines with their matters, but for those whose matter the user does not see."""
    listed = list(rows)
    found = Matter.objects.select_related("force").in_bulk([row.record for row in listed])
    for row in listed:
        if row.record in found:
            row.matter = found[row.record]
    return [row for row in listed if row.record in found]
