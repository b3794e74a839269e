"""What somebody was told, how they want to be told it by mail, and the letters that go out.

None of it is part of the record: a notice leads to what is, and is forgotten when that is settled.
"""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from handrail.access.given import given_to
from handrail.cases.models import Case, Redacted
from handrail.cases.models.register_entry import Matter
from handrail.cases.models.visibility import of_case, seen
from handrail.notices.kinds import ABOUT_LIMITS, BEFORE_DUE, KINDS, LONGEST, Kind
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person
from handrail.organisations.roles import Role
from handrail.records.deadlines import ORGANISATION
from handrail.records.kinds import kinds


def reached(person: Person) -> "QuerySet[Organisation]":
    """Return the organisations of which somebody is told: where they hold a post, and what they oversee."""
    within = Q(pk__in=[post.organisation_id for post in person.posts_to_be_invited])
    for post in person.current_posts:
        may = Role(post.role).capabilities if post.is_vetted() else frozenset[Capability]()
        if Capability.OVERSEE_NATION in may:
            within |= Q(pk__isnull=False)
        if Capability.OVERSEE_REGION in may:
            within |= Q(parent=post.organisation_id) | Q(parent__parent=post.organisation_id)
        if Capability.OVERSEE_FORCE in may:
            within |= Q(pk=post.force_id) | Q(parent=post.force_id)
    return Organisation.objects.filter(within)


def about_records(person: Person) -> Q:
    """Return the notices about records other than cases that somebody reads, and about bodies they reach."""
    about: Q = Q(record_kind=ORGANISATION, record__in=reached(person).values("pk"))
    for kind in kinds():
        if kind.model is not Case:
            read = kind.read_by(person).filter(pk=OuterRef("record"))
            about |= Q(Exists(read), record_kind=kind.name)
    return about


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Sets of notices."""

    def standing(self) -> Self:
        """Notices of what is not settled yet."""
        return self.filter(over_at=None)

    def unseen(self) -> Self:
        """Standing notices that their reader has not marked as read."""
        return self.standing().filter(seen_at=None)

    def of(self, person: Person) -> Self:
        """The notices of one person, about what they may still see: records, redacted versions, bodies."""
        versions = Redacted.objects.filter(pk__any_of=given_to(person).any, level__lte=person.vetting)
        named = versions.annotate(key=Cast("pk", models.CharField())).filter(key=OuterRef("about"))
        about_version = Q(case=None, kind=Kind.SHARED) & Exists(named)
        # That a restricted case waits for somebody to take it on names no case.
        takes_on = person.may(Capability.TAKE_STAFF_CONCERNS)
        waits = Q(case=None, record=None, kind=Kind.THREAT) if takes_on else Q(pk__in=[])
        about = of_case(seen(person)) | about_version | waits | about_records(person)
        return self.filter(about, person=person)


class Notice(models.Model):
    """Something that one person is told once: about a case, a record of another kind, or an organisation.

    What is told of a redacted version names no case: `about` is the id of the version, and its reader never
    learns where it comes from. Nor does a stated threat of a restricted case that nobody is left to see;
    `about` is the id of the case, which its reader finds where they take such cases on.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=LONGEST)
    case = models.ForeignKey(
        Case, null=True, on_delete=models.CASCADE, db_index=False, related_name="notices"
    )
    # Of what is no case: the name of its kind of record, or ORGANISATION, and its id.
    record_kind = models.CharField(max_length=60, blank=True, db_default="")
    record = models.UUIDField(null=True)
    about = models.CharField(max_length=60, help_text="Which limit, follow-up, step, opening or share.")
    number = models.PositiveIntegerField(default=0, help_text="The entry that brought it; of limits 0.")
    time = models.PositiveSmallIntegerField(default=0, help_text="Of what is escalated, which time it is.")
    due = models.DateField(null=True)
    since = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True, help_text="When what it is about was settled.")
    letter = models.ForeignKey(
        "Letter", null=True, on_delete=models.SET_NULL, db_index=False, related_name="notices"
    )

    # What `target_of` found for a page: the record or the organisation, where it is about one.
    target: "Matter | Organisation | models.Model | None" = None

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "kind", "about", "number", "time", "due", "person", "record"],
                name="notice_told_once",
                nulls_distinct=False,
                violation_error_message="This person was told this already.",
            ),
            models.CheckConstraint(
                condition=Q(record_kind="", record=None)
                | ~Q(record_kind="") & Q(record__isnull=False, case=None),
                name="notice_is_about_one_thing",
                violation_error_message="A notice about no case says of which kind its record is.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "seen_at", "id"], name="notice_of", condition=Q(over_at=None)),
            models.Index(
                fields=["person", "kind"],
                name="notice_not_mailed",
                condition=Q(over_at=None, seen_at=None, letter=None),
            ),
            models.Index(
                fields=["due"], name="notice_before_due", condition=Q(over_at=None, kind__in=BEFORE_DUE)
            ),
            models.Index(fields=["letter"], name="notice_in_letter", condition=Q(letter__isnull=False)),
            models.Index(fields=["over_at"], name="notice_over", condition=Q(over_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.about}"

    @property
    def label(self) -> str:
        """What its kind is called."""
        return KINDS[self.kind].label

    @property
    def threatened(self) -> Case | Matter | None:
        """The case or register entry that it is about, where a stated threat waits there for an answer."""
        about = self.case or self.target
        return about if isinstance(about, Case | Matter) and about.threat_due_at is not None else None

    @property
    def is_by_the_clock(self) -> bool:
        """Whether what it is about is due at a time of the day: a stated threat, or the limit of one."""
        about = self.threatened
        limit = about is not None and self.kind in ABOUT_LIMITS and about.is_by_the_clock(self.about)
        return limit or (about is not None and self.kind == Kind.THREAT)


class Mail(models.TextChoices):
    """How somebody is told something by mail."""

    AT_ONCE = "at-once", "At once"
    DIGEST = "digest", "In the letter of the morning"
    NEVER = "never", "Not by email"


class MailChoice(models.Model):
    """How one person is told one kind of thing by mail; without a row, in the letter of the morning."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mail_choices")
    kind = models.CharField(max_length=LONGEST)
    mail = models.CharField(max_length=7, choices=Mail)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "kind"], name="mail_choice_once_a_kind"),
            models.CheckConstraint(
                condition=~Q(kind=Kind.ESCALATED, mail=Mail.NEVER),
                name="mail_choice_keeps_escalation",
                violation_error_message="What is late with somebody you answer for cannot be switched off.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mail}"


class State(models.TextChoices):
    """How far a letter is."""

    WAITING = "waiting", "To be sent"
    SENDING = "sending", "Being sent; or was, by a worker that stopped"
    SENT = "sent", "Sent"
    NEEDLESS = "needless", "Not sent: nothing was left to look at"
    UNSURE = "unsure", "Perhaps sent; never sent again"


class LetterQuerySet(models.QuerySet["Letter"]):
    """Sets of letters."""

    def due(self, at: datetime) -> Self:
        """Letters to be sent at a moment, the longest waiting first."""
        return self.filter(state=State.WAITING, next_at__lte=at).order_by("next_at", "pk")


class Letter(models.Model):
    """A letter that says how much there is to look at and nothing else. At most one waits for a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="letters")
    day = models.DateField(null=True, help_text="The morning it is for; none for one that goes out at once.")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "day"], name="letter_once_a_morning"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=[State.WAITING, State.SENDING]),
                name="letter_waits_once",
                violation_error_message="A letter waits for this person already.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_at", "id"],
                name="letter_to_send",
                condition=Q(state__in=[State.WAITING, State.SENDING]),
            ),
            models.Index(fields=["ended_at"], name="letter_ended", condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"letter, {self.state}"


class Round(models.Model):
    """What the worker has done on one day: how far it read the record, and which work of the day is done."""

    day = models.DateField(primary_key=True)
    entry = models.BigIntegerField(default=0, help_text="Every earlier entry of the record was looked at.")
    swept = models.BooleanField(default=False, help_text="Whether every deadline was looked at that day.")
    written = models.BooleanField(default=False, help_text="Whether the letters of that morning are written.")

    def __str__(self) -> str:
        return f"{self.day}"
