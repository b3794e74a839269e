"""The tables of register entries and their deadlines. Every column follows from the entries of the chain.

`registers.acts` is the only module that writes them. No row holds free text: questions, advice and actions
are in the entries of the ledger, for users who may read them.
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

from handrail.cases.models.follow_up import answering_bodies
from handrail.cases.models.reference import new_register_reference
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person
from handrail.policy import registers
from handrail.policy.clock import add_hours
from handrail.policy.deadlines import in_due_order
from handrail.policy.position import Pending
from handrail.policy.registers import EntryState
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Register
from handrail.records import granted
from handrail.records.deadlines import RecordDeadline
from handrail.records.marking import Marked
from handrail.records.packs import pack

RECORD_KIND = "register-entry"  # name of the register entries' kind of record


def by_post(person: Person) -> Q:
    """Condition for register entries that the user reads by a post: those of their force, and their own."""
    posts = [post for post in person.current_posts if post.is_vetted()]
    whole = [p.force_id for p in person.posts_that_may(Capability.READ_REGISTERS) if p in posts]
    keeps = [p for p in person.posts_that_may(Capability.READ_OWN_REGISTER_ENTRIES) if p in posts]
    own = Q(begun_by=person) if whole or keeps else Q(pk__in=[])
    return Q(force__in=whole) | own


def asked_of(person: Person) -> Q:
    """Condition for register entries that ask the user, or an organisation for which they answer."""
    return Q(asked_person=person) | Q(asked_organisation__in=answering_bodies(person))


def seen(person: Person) -> Q:
    """Condition for register entries whose status, at least, the user may see."""
    overseen = Q(pk__in=[])
    for post in person.current_posts:
        if not post.is_vetted():
            continue
        if post in person.posts_that_may(Capability.OVERSEE_NATION):
            overseen |= Q(pk__isnull=False)
        if post in person.posts_that_may(Capability.OVERSEE_REGION):
            overseen |= Q(force__parent=post.organisation_id)
    return overseen | granted.read(person, by_post(person))


class RegisterEntryQuerySet(models.QuerySet["RegisterEntry"]):
    """Register entries, narrowed by the access of a user or by their state."""

    def visible_to(self, person: Person) -> Self:
        """Filter to register entries whose status, at least, the user may see."""
        return self.filter(seen(person))

    def read_by(self, person: Person) -> Self:
        """Filter to register entries that the user may read as a whole."""
        return self.filter(granted.read(person, by_post(person)))

    def changed_by(self, person: Person) -> Self:
        """Filter to register entries that the user may add to."""
        return self.filter(granted.changed(person, by_post(person)))

    def waiting_for_another(self) -> Self:
        """Filter to register entries with a decision that waits for sign-off by another user."""
        return self.exclude(pending_step="")


@pghistory.track(meta={"db_table": "cases_matterevent"})
class RegisterEntry(Marked):
    """A register entry: its register and force, what was decided, and the case that it became, if any."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_register_reference)
    register_id = models.CharField(max_length=60)
    pack_id = models.CharField(max_length=60)
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="register_entries")
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
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
    became = models.ForeignKey(
        "cases.Case", null=True, on_delete=models.PROTECT, related_name="register_entries"
    )
    threat_at = models.DateTimeField(null=True, help_text="When a threat or harm was last stated in it.")

    stage_id = "register"  # `Recorded` asks for a stage, and a register entry has none

    objects = RegisterEntryQuerySet.as_manager()

    class Meta:
        db_table = "cases_matter"
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
            models.CheckConstraint(
                condition=Q(asked_person=None, asked_organisation=None, asked_by=None)
                | Q(asked_person__isnull=False, asked_organisation=None, asked_by__isnull=False)
                | Q(asked_person=None, asked_organisation__isnull=False, asked_by__isnull=False),
                name="matter_asks_one",
                violation_error_message="One person or one organisation is asked, by somebody.",
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
        """Policy under which the entry was begun."""
        return pack(self.pack_id)

    @property
    def called(self) -> str:
        """Title on a page: that of the register."""
        return self.register.title

    @property
    def listed_as(self) -> str:
        """First line of a list row: the reference."""
        return self.reference

    @property
    def register(self) -> Register:
        """Register of the entry, as its pack describes it."""
        return self.pack.register_by_id[self.register_id]

    @property
    def state(self) -> EntryState:
        """State of the entry, as a `policy.registers.EntryState`."""
        pending = None
        if self.pending_step and self.pending_number is not None:
            by = str(self.pending_by)
            pending = Pending(self.pending_step, self.pending_outcome, by, self.pending_number)
        ended, became = self.ended_on is not None, self.became_id is not None
        threat = self.threat_at is not None
        asked = str(self.asked_id or "")
        return EntryState(frozenset(self.taken), pending, self.decided, ended, became, threat, asked)

    @property
    def asked_id(self) -> UUID | None:
        """Id of the person or organisation that was asked for something and has not answered, if any."""
        return self.asked_person_id or self.asked_organisation_id

    @property
    def asked(self) -> Person | Organisation | None:
        """Person or organisation that was asked for something and has not answered, if any."""
        return self.asked_person or self.asked_organisation

    @property
    def responsible_id(self) -> UUID:
        """Id of the user who must meet its limits: the owner, or the author where there is no owner."""
        return self.owner_id or self.begun_by_id

    @property
    def threat(self) -> str:
        """Text of the threat flag while no response to the threat is recorded; empty otherwise."""
        said = self.pack.threat
        return said.tag if said and self.threat_at and not self.became_id else ""

    @property
    def threat_due_at(self) -> datetime | None:
        """Moment by which the response to a stated threat is due; None without a threat."""
        limit = self.pack.threat_limit_in(self.register_id)
        return add_hours(self.threat_at, limit.hours or 0) if limit and self.threat_at else None

    def threat_is_late(self, at: datetime | None = None) -> bool:
        """Return whether the response to a stated threat is overdue, by the hour."""
        due = self.threat_due_at
        return due is not None and due < (at or timezone.now())

    def is_by_the_clock(self, limit_id: str) -> bool:
        """Return whether a limit is the one of the entry's stated threat, which is due by the hour."""
        limit = self.pack.threat_limit_in(self.register_id)
        return limit is not None and limit.id == limit_id and self.threat_at is not None

    @property
    def deadlines(self) -> "models.QuerySet[RegisterDeadline]":
        """Deadlines of the entry, running or ended."""
        return RegisterDeadline.objects.filter(record=self.pk)

    @property
    def running(self) -> list["RegisterDeadline"]:
        """Running deadlines of the entry: that of a stated threat first, then the earliest due."""
        rows = {row.limit_id: row for row in self.deadlines.filter(ended=None)}
        for row in rows.values():
            row.register_entry = self
        ordered = in_due_order(self.pack, [row.of_process for row in rows.values()])
        return [rows[deadline.limit] for deadline in ordered]

    def set_state(self, state: EntryState, case: UUID | None = None) -> None:
        """Copy a state into the columns. The caller sets `ended_on`, for which an `EntryState` has no day."""
        pending = state.pending
        self.taken = sorted(state.taken)
        self.decided = state.decided
        self.pending_step = pending.step if pending else ""
        self.pending_outcome = pending.outcome if pending else ""
        self.pending_by = UUID(pending.by) if pending else None
        self.pending_number = pending.number if pending else None
        self.became_id = case or self.became_id


class RegisterDeadlines(models.Manager["RegisterDeadline"]):
    """Manager of the deadlines of register entries, which share their table with other kinds of record."""

    def get_queryset(self) -> "models.QuerySet[RegisterDeadline]":
        """Return the deadlines of register entries only."""
        return super().get_queryset().filter(record_kind=RECORD_KIND)


class RegisterDeadline(RecordDeadline):
    """A limit of the pack that runs, or ran, for a register entry."""

    objects: ClassVar[RegisterDeadlines] = RegisterDeadlines()  # type: ignore[assignment] # of this kind alone

    class Meta:
        proxy = True

    @cached_property
    def register_entry(self) -> RegisterEntry:
        """Register entry of the deadline; `with_register_entries` loads those of many at once."""
        return RegisterEntry.objects.select_related("force").get(pk=self.record)

    @property
    def statement(self) -> str:
        """Text of the limit in the pack: what is due and by when."""
        return self.register_entry.pack.limit_by_id[self.limit_id].statement

    @property
    def is_of_threat(self) -> bool:
        """Whether a stated threat began the deadline."""
        return self.register_entry.pack.limit_by_id[self.limit_id].on_threat

    @property
    def is_of_request(self) -> bool:
        """Whether the deadline is that of an answer by the person or organisation that was asked."""
        pack = self.register_entry.pack
        return registers.answers_request(pack, pack.step_by_id[self.step_id])

    @property
    def is_by_the_clock(self) -> bool:
        """Whether the deadline is due by the hour, as the response to a stated threat is."""
        return self.register_entry.is_by_the_clock(self.limit_id)

    def is_late(self, today: date) -> bool:
        """Return whether the deadline runs on past its day, or past its hour where it is due by the hour."""
        return self.ended is None and (
            self.register_entry.threat_is_late() if self.is_by_the_clock else self.due < today
        )


def with_register_entries(rows: Iterable[RegisterDeadline]) -> list[RegisterDeadline]:
    """Return the deadlines with their register entries, leaving out entries that the user may not see."""
    listed = list(rows)
    entries = RegisterEntry.objects.select_related("force", "asked_person", "asked_organisation")
    found = entries.in_bulk([row.record for row in listed])
    for row in listed:
        if row.record in found:
            row.register_entry = found[row.record]
    return [row for row in listed if row.record in found]
