"""The table of cases: the current state of each. Every column follows from the entries of its chain."""

import uuid
from datetime import date, datetime
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils import timezone

from handrail.cases.models.reference import new_reference
from handrail.cases.models.visibility import changed, listed, named, seen, worked_on
from handrail.organisations.models import Organisation, Person
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Stage, StageKind
from handrail.records.marking import Marked
from handrail.records.packs import pack
from handrail.subjects.by_name import called, called_otherwise
from handrail.subjects.details import Detail
from handrail.subjects.models import Subject

CALLED_BY_SOURCE = "SELECT cases_called_by_source(%s, %s)"


def _as_boolean(condition: Q) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(condition, models.BooleanField())


# Open cases of owners who left their post, found owner by owner, which is cheap for any number of cases;
# then open cases without an owner.
OWNED_BY_NOBODY = """
SELECT c.id FROM cases_owners_not_in_post(%s) gone
JOIN cases_case c ON c.force_id = gone.force AND c.owner_id = gone.owner WHERE c.closed_on IS NULL
UNION ALL
SELECT id FROM cases_case WHERE owner_id IS NULL AND closed_on IS NULL
"""

NAME_WITHHELD = "Name withheld"


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, narrowed by the access of a user or by their state."""

    def visible_to(self, person: Person) -> Self:
        """Filter to cases whose status, at least, the user may see."""
        return self.filter(seen(person))

    def listed_to(self, person: Person) -> Self:
        """Filter to cases that a list shows the user: not those shared at a marking above their vetting."""
        return self.filter(listed(person))

    def worked_on_by(self, person: Person) -> Self:
        """Filter to cases that the user may read as a whole."""
        return self.filter(worked_on(person))

    def changed_by(self, person: Person) -> Self:
        """Filter to cases that the user may change."""
        return self.filter(changed(person))

    def with_access_of(self, person: Person) -> Self:
        """Annotate each case with the user's access: `may_change`, `may_read` (as a whole), `may_name`."""
        return self.annotate(
            may_change=_as_boolean(changed(person)),
            may_read=_as_boolean(worked_on(person)),
            may_name=_as_boolean(named(person)),
        )

    def naming_to(self, person: Person) -> Self:
        """Annotate each case with `may_name`: whether the user may see the name of its subject."""
        return self.annotate(may_name=_as_boolean(named(person)))

    def counted(self) -> Self:
        """Filter to cases that counts and reports include: no restricted case, whatever the user's access."""
        return self.filter(restricted=False)

    def open(self) -> Self:
        """Filter to cases that are not closed."""
        return self.filter(closed_on=None)

    def owned_by_nobody_in_post(self, on: date | None = None) -> Self:
        """Filter to open cases without an owner, or whose owner holds no post in the case's force on a day.

        The posts are read as they are now. No such case changes its owner by itself. A user gets the cases of
        the forces that their posts let them see; a process without a user gets those of all forces.
        """
        return self.open().filter(pk__in=RawSQL(OWNED_BY_NOBODY, [on or timezone.localdate()]))  # noqa: S611 our own text

    def late(self, on: date | None = None) -> Self:
        """Filter to open cases that are overdue and not paused, or whose threat is past its hour."""
        overdue = Q(next_due__lt=on or timezone.localdate(), waiting_since=None)
        return self.open().filter(overdue | Q(threat_due_at__lt=Now()))

    def with_threat(self) -> Self:
        """Filter to cases with a stated threat: without a recorded response first, then the newest threat.

        Merged cases are left out: the case they were merged into shows the threat.
        """
        threatened = self.filter(threat_at__isnull=False, joined_to=None)
        return threatened.order_by(models.F("threat_due_at").asc(nulls_last=True), "-threat_at", "pk")

    def waiting(self) -> Self:
        """Filter to open cases whose clock is paused until a reply from outside arrives."""
        return self.open().filter(waiting_since__isnull=False)

    def closed(self) -> Self:
        """Filter to closed cases."""
        return self.filter(closed_on__isnull=False)

    def named_to(self, person: Person) -> Self:
        """Filter to cases whose subject's name the user may see."""
        return self.filter(named(person))

    def found_by(self, reference: str, key: str, short: str, names: str, person: Person) -> Self:
        """Filter to listed cases that match a reference, or a name as `beginnings` searches for names.

        `key` and `short` are the folded forms of a force's own reference for a referral (see `folding`). A
        name finds a case only where the user may see the subject's name; a name learnt after the referral,
        only where they may read the whole case. The name of a merged case finds the case it was merged into.
        """
        by_name = Case.objects.called(names, person).values("pk")
        by_joined = Case.objects.called(names, person).filter(joined_to__isnull=False).values("joined_to")
        by_reference = Case.objects.filter(reference=reference).values("pk")
        by_referral = Case.objects.filter(referrals__reference=reference).values("pk")
        by_source = Case.objects.filter(pk__in=RawSQL(CALLED_BY_SOURCE, [key, short])).values("pk")  # noqa: S611 our own text
        return self.listed_to(person).filter(
            pk__in=by_name.union(by_joined, by_reference, by_referral, by_source)
        )

    def called(self, names: str, person: Person) -> Self:
        """Filter to cases with a subject of this name, under every name by which the user may find them."""
        worked = Case.objects.worked_on_by(person).filter(level__lte=person.vetting)
        details = Detail.objects.filter(
            pk__in=called_otherwise(names),
            record__in=worked.values("pk"),
            level__lte=person.vetting,
            wrong_by=None,
            apart=False,
        )
        otherwise = Q(subject_id__in=details.values("subject_id"), pk__in=worked.values("pk"))
        return self.named_to(person).filter(Q(subject_id__in=called(names)) | otherwise)


@pghistory.track()
class Case(Marked):
    """A case: its state, who is accountable for it, and what is due next."""

    # A column that leads a composite index needs no index of its own; so `db_index=False` here and below.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    # Never NULL in the table. Row security returns NULL to a user who may see the case but not its subject.
    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="cases")
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False, related_name="cases")
    council = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    joined_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="joined")
    owner = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, db_index=False, related_name="cases"
    )
    allocated = models.BooleanField(default=False)
    pack_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=0)
    stage_id = models.CharField(max_length=60)
    stage_since = models.DateField()
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    next_due = models.DateField(null=True)
    waiting_since = models.DateField(null=True)
    taken = ArrayField(models.CharField(max_length=60), default=list)
    taken_here = ArrayField(models.CharField(max_length=60), default=list)
    pending_step = models.CharField(max_length=60, blank=True)
    pending_outcome = models.CharField(max_length=60, blank=True)
    pending_by = models.UUIDField(null=True)
    pending_number = models.PositiveIntegerField(null=True)
    threat_at = models.DateTimeField(null=True, help_text="When a threat was stated that stands.")
    threat_number = models.PositiveIntegerField(null=True, help_text="The entry that states it.")
    threat_due_at = models.DateTimeField(
        null=True, help_text="By when somebody says what was done about it, while nobody has."
    )
    restricted = models.BooleanField(default=False, help_text="Whether only those who are named see it.")
    taken_over_on = models.DateField(
        null=True, help_text="Of a back record: nobody is told of what was late before this day."
    )

    # Set when a case is loaded for a user. `only_stages`: for a user who sees part of the case, the stages
    # whose entries they may read. `only_steps`: the steps whose entries they may read at any stage.
    # `only_to_read`: whether the user may read the case but not change it.
    only_stages: frozenset[str] | None = None
    only_steps: frozenset[str] = frozenset()
    only_to_read: bool = False
    # The user's access, from `with_access_of`; None where the query did not ask for it.
    may_change: bool | None = None
    may_read: bool | None = None
    may_name: bool | None = None

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(pending_step="", pending_by=None, pending_number=None)
                | (~Q(pending_step="") & Q(pending_by__isnull=False, pending_number__isnull=False)),
                name="case_pending_decision_is_whole",
                violation_error_message="A decision that awaits sign-off names who took it, and its entry.",
            ),
            models.CheckConstraint(
                condition=Q(subject__isnull=False),
                name="case_is_about_somebody",
                violation_error_message="A case is about somebody.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["force", "threat_due_at", "next_due", "id"], name="case_by_due"),
            models.Index(fields=["threat_due_at", "next_due", "id"], name="case_due"),
            models.Index(fields=["-opened_on", "id"], name="case_opening"),
            models.Index(fields=["force", "-opened_on"], name="case_by_opening"),
            models.Index(fields=["force", "stage_id", "threat_due_at", "next_due"], name="case_by_stage"),
            models.Index(fields=["owner", "force", "next_due"], name="case_by_owner"),
            models.Index(fields=["council", "threat_due_at", "next_due"], name="case_by_council"),
            models.Index(
                fields=["-threat_at", "id"], name="case_threat", condition=Q(threat_at__isnull=False)
            ),
            models.Index(fields=["id"], name="case_restricted", condition=Q(restricted=True)),
            models.Index(fields=["pack_id", "id"], name="case_by_pack", include=["owner", "closed_on"]),
            models.Index(
                fields=["force", "owner"],
                name="case_open_by_owner",
                condition=Q(closed_on=None, owner__isnull=False),
            ),
            models.Index(fields=["id"], name="case_without_owner", condition=Q(closed_on=None, owner=None)),
            models.Index(
                fields=["owner", "waiting_since"],
                name="case_waiting",
                condition=Q(waiting_since__isnull=False),
                include=["id"],
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def pack(self) -> Pack:
        """Policy that the case is under: that of its opening, until the case is moved to a newer one."""
        return pack(self.pack_id)

    @property
    def stage(self) -> Stage:
        """Current stage, as the pack describes it."""
        return self.pack.stage_by_id[self.stage_id]

    def readable_by(self, person: Person) -> bool:
        """Return whether the person's vetting reaches the marking of the case as a whole."""
        return self.level <= person.vetting

    @property
    def is_open(self) -> bool:
        """Whether the case is being worked on, or watched after its exit."""
        return self.stage.kind is not StageKind.CLOSED

    @property
    def called(self) -> str:
        """Name of the subject; "Name withheld" for a user who may not see it."""
        return self.subject.name if self.subject else NAME_WITHHELD

    @property
    def listed_as(self) -> str:
        """First line of a list row: the subject's name, or the reference where there is none."""
        return self.subject.name if self.subject and self.subject.is_named else self.reference

    @property
    def listed_beneath(self) -> str:
        """Second line of a list row: the reference, or why the row has no name."""
        return self.reference if self.listed_as != self.reference else self.called

    @property
    def threat(self) -> str:
        """Text of the threat flag; empty for a case without a stated threat."""
        said = self.pack.threat
        return said.tag if said and self.threat_at else ""

    def is_by_the_clock(self, limit_id: str) -> bool:
        """Return whether a limit is the one of the case's stated threat, which is due by the hour."""
        limit = self.pack.threat_limit
        return limit is not None and self.threat_due_at is not None and limit.id == limit_id

    def threat_is_late(self, at: datetime | None = None) -> bool:
        """Return whether the response to a stated threat is overdue, by the hour."""
        return self.threat_due_at is not None and self.threat_due_at < (at or timezone.now())

    def is_late(self, today: date) -> bool:
        """Return whether something is overdue while the clock is not paused."""
        return bool(self.next_due and not self.waiting_since and self.next_due < today)

    def is_late_besides(self, today: date) -> bool:
        """Return whether another deadline is overdue, with an earlier day than the response to the threat."""
        if not (self.is_late(today) and self.threat_due_at and self.next_due):
            return False
        return self.next_due < timezone.localdate(self.threat_due_at)
