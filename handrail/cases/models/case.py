"""The table of cases: where each stands. Every row follows from the entries of the case's chain."""

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
from handrail.cases.packs import pack
from handrail.organisations.models import Organisation, Person
from handrail.policy.schema.access import Marking
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Stage, StageKind
from handrail.subjects.by_name import called, called_otherwise
from handrail.subjects.details import Detail
from handrail.subjects.models import Subject

CALLED_BY_SOURCE = "SELECT cases_called_by_source(%s, %s)"


def _whether(condition: Q) -> "ExpressionWrapper[Q]":
    return ExpressionWrapper(condition, models.BooleanField())


# Of each force one owner after the other, however many cases they have; then the cases of those not in post.
OWNED_BY_NOBODY = """
SELECT c.id FROM cases_owners_not_in_post(%s) gone
JOIN cases_case c ON c.force_id = gone.force AND c.owner_id = gone.owner WHERE c.closed_on IS NULL
UNION ALL
SELECT id FROM cases_case WHERE owner_id IS NULL AND closed_on IS NULL
"""

NAME_WITHHELD = "Name withheld"


class CaseQuerySet(models.QuerySet["Case"]):
    """Sets of cases."""

    def visible_to(self, person: Person) -> Self:
        """The cases of which this person sees at least where they stand."""
        return self.filter(seen(person))

    def listed_to(self, person: Person) -> Self:
        """The cases that a list shows this person: of what they were given, only what they may read."""
        return self.filter(listed(person))

    def worked_on_by(self, person: Person) -> Self:
        """The cases of which this person sees all."""
        return self.filter(worked_on(person))

    def changed_by(self, person: Person) -> Self:
        """The cases that this person may change."""
        return self.filter(changed(person))

    def standing_to(self, person: Person) -> Self:
        """These cases, each with whether this person may change it, read all of it, and see the name."""
        return self.annotate(
            may_change=_whether(changed(person)),
            may_read=_whether(worked_on(person)),
            may_name=_whether(named(person)),
        )

    def naming_to(self, person: Person) -> Self:
        """These cases, each with whether this person sees whom it is about."""
        return self.annotate(may_name=_whether(named(person)))

    def counted(self) -> Self:
        """The cases that any count or report may hold: a restricted one is in none, whoever asks."""
        return self.filter(restricted=False)

    def open(self) -> Self:
        """Cases that are not closed."""
        return self.filter(closed_on=None)

    def owned_by_nobody_in_post(self, on: date | None = None) -> Self:
        """Open cases without an owner, or whose owner holds no post in the case's force on a day.

        It is asked of the posts as they stand. Nothing gives such a case another owner by itself. A user
        is told of the forces that they see by a post; elsewhere all are asked.
        """
        return self.open().filter(pk__in=RawSQL(OWNED_BY_NOBODY, [on or timezone.localdate()]))  # noqa: S611 our own text

    def late(self, on: date | None = None) -> Self:
        """Cases with something overdue while no outside answer is awaited, or a threat past its hour."""
        overdue = Q(next_due__lt=on or timezone.localdate(), waiting_since=None)
        return self.open().filter(overdue | Q(threat_due_at__lt=Now()))

    def with_threat(self) -> Self:
        """Cases on which a stated threat stands, those first about which nobody said what was done.

        The last stated comes first of each. What was joined shows elsewhere.
        """
        standing = self.filter(threat_at__isnull=False, joined_to=None)
        return standing.order_by(models.F("threat_due_at").asc(nulls_last=True), "-threat_at", "pk")

    def waiting(self) -> Self:
        """Cases whose clock is stopped until an outside answer comes."""
        return self.open().filter(waiting_since__isnull=False)

    def closed(self) -> Self:
        """Cases at rest."""
        return self.filter(closed_on__isnull=False)

    def named_to(self, person: Person) -> Self:
        """The cases of which this person sees whom they are about."""
        return self.filter(named(person))

    def found_by(self, reference: str, key: str, short: str, names: str, person: Person) -> Self:
        """Cases that somebody sees with this reference, or with a name that a search by `beginnings` finds.

        `key` and `short` are those of the reference that a force gave a referral, as `folding` makes them. A
        name finds only cases of which they see the name; one that came to be known later only those that they
        work on. The case to which another was joined is found by the name of that one.
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
        """The cases of which this person sees the name, under any name by which they may find them."""
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
class Case(models.Model):
    """Where a case stands, who is accountable, and what comes next."""

    # What another index begins with needs none of its own, here and below.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    # Never absent in the table, and absent for who may see the case and not whom it is about.
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
    marking_id = models.CharField(
        max_length=60, blank=True, help_text="Where the whole case is marked higher."
    )
    level = models.PositiveSmallIntegerField(default=0, help_text="How far its readers have to be vetted.")
    restricted = models.BooleanField(default=False, help_text="Whether only those who are named see it.")
    taken_over_on = models.DateField(
        null=True, help_text="Of a back record: nobody is told of what was late before this day."
    )

    # Set by who loads a case for somebody: the stages of which they may read the entries, where they were
    # invited to a part; and whether they may read it and no more.
    only_stages: frozenset[str] | None = None
    only_to_read: bool = False
    # What that person may do with it; see `standing_to`. None: it was not asked.
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
        """The policy that the case is under: that of its opening, until it is moved to a newer one."""
        return pack(self.pack_id)

    @property
    def stage(self) -> Stage:
        """Where the case stands, as the pack describes it."""
        return self.pack.stage_by_id[self.stage_id]

    @property
    def marking(self) -> Marking:
        """How the case as a whole is marked."""
        marked = self.pack.marking_by_id.get(self.marking_id)
        return marked or self.pack.marking_of(None)

    def readable_by(self, person: Person) -> bool:
        """Whether somebody is vetted far enough for the case as a whole."""
        return self.level <= person.vetting

    @property
    def is_open(self) -> bool:
        """Whether the case is being worked on, or watched after leaving."""
        return self.stage.kind is not StageKind.CLOSED

    @property
    def called(self) -> str:
        """Whom the case is about; for who may not see that, how to refer to it."""
        return self.subject.name if self.subject else NAME_WITHHELD

    @property
    def listed_as(self) -> str:
        """What a row of a list calls the case, to tell it from others: the name, or the reference."""
        return self.subject.name if self.subject and self.subject.is_named else self.reference

    @property
    def listed_beneath(self) -> str:
        """What stands beneath that: the reference, or why there is no name."""
        return self.reference if self.listed_as != self.reference else self.called

    @property
    def threat(self) -> str:
        """What the flag of a stated threat says, for a case on which one stands; empty for others."""
        said = self.pack.threat
        return said.tag if said and self.threat_at else ""

    def is_by_the_clock(self, limit_id: str) -> bool:
        """Whether this limit is that of a threat that stands on the case: due by the hour, not the day."""
        limit = self.pack.threat_limit
        return limit is not None and self.threat_due_at is not None and limit.id == limit_id

    def threat_is_late(self, at: datetime | None = None) -> bool:
        """Whether the time in which somebody says what was done about a stated threat is over."""
        return self.threat_due_at is not None and self.threat_due_at < (at or timezone.now())

    @property
    def is_late(self) -> bool:
        """Whether something is overdue while no outside answer is awaited."""
        return bool(self.next_due and not self.waiting_since and self.next_due < timezone.localdate())

    @property
    def is_late_besides(self) -> bool:
        """Whether something else is overdue, and was due on an earlier day than what is due by the clock."""
        if not (self.is_late and self.threat_due_at and self.next_due):
            return False
        return self.next_due < timezone.localdate(self.threat_due_at)
