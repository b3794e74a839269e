"""What somebody was told, how they want to be told it by mail, and the letters that go out.

None of it is part of the record: a notice leads to what is, and is forgotten when that is settled.
"""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Cast

from handrail.access.given import given_to
from handrail.cases.models import Case, Redacted
from handrail.cases.models.register_entry import Matter, read
from handrail.cases.models.visibility import of_case, seen
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person


class Kind(models.TextChoices):
    """What somebody is told."""

    ALLOCATED = "allocated", "A case was given to you"
    REFERRED = "referred", "New for your team"
    ASKED = "asked", "Asked of you, or handed to you"
    REFUSED = "refused", "Refused by whoever was asked"
    DUE_SOON = "due-soon", "Due soon"
    REVIEW = "review", "A review is due soon"
    OVERDUE = "overdue", "Late"
    ESCALATED = "escalated", "Late with somebody you answer for"
    OPENED = "opened", "Opened by somebody with a reason"
    ALIKE = "alike", "Somebody found a record that may be of the same person"
    LINKED = "linked", "Linked with another record, or taken apart from it"
    SHARED = "shared", "Shared with you, or you were invited to it"
    SOUGHT = "sought", "Somebody looked for a person and was pointed to this record"
    THREAT = "threat", "A threat or harm was stated: act now"


ABOUT_OTHERS = (Kind.ALIKE, Kind.LINKED)
ABOUT_LIMITS = (Kind.DUE_SOON, Kind.REVIEW, Kind.OVERDUE, Kind.ESCALATED, Kind.THREAT)
# Of which somebody chooses how they are told by mail: a stated threat goes out at once.
CHOOSABLE: tuple[Kind, ...] = tuple(kind for kind in Kind if kind is not Kind.THREAT)
BEFORE_DUE = (Kind.DUE_SOON, Kind.REVIEW)


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Sets of notices."""

    def standing(self) -> Self:
        """Notices of what is not settled yet."""
        return self.filter(over_at=None)

    def unseen(self) -> Self:
        """Standing notices that their reader has not marked as read."""
        return self.standing().filter(seen_at=None)

    def of(self, person: Person) -> Self:
        """The notices of one person, about what they may still see: cases, and redacted versions."""
        versions = Redacted.objects.filter(pk__any_of=given_to(person).any, level__lte=person.vetting)
        named = versions.annotate(key=Cast("pk", models.CharField())).filter(key=OuterRef("about"))
        about_version = Q(case=None, kind=Kind.SHARED) & Exists(named)
        # That a restricted case waits for somebody to take it on names no case.
        takes_on = person.may(Capability.TAKE_STAFF_CONCERNS)
        waits = Q(case=None, kind=Kind.THREAT) if takes_on else Q(pk__in=[])
        return self.filter(of_case(seen(person)) | about_version | waits, person=person)


class Notice(models.Model):
    """Something that one person is told once, about one case.

    What is told of a redacted version names no case: `about` is the id of the version, and its reader never
    learns where it comes from. Nor does a stated threat of a restricted case that nobody is left to see;
    `about` is the id of the case, which its reader finds where they take such cases on.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    case = models.ForeignKey(
        Case, null=True, on_delete=models.CASCADE, db_index=False, related_name="notices"
    )
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

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "kind", "about", "number", "time", "due", "person"],
                name="notice_told_once",
                nulls_distinct=False,
                violation_error_message="This person was told this already.",
            )
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
    def is_by_the_clock(self) -> bool:
        """Whether what it is about is due at a time of the day: a stated threat, or the limit of one."""
        if self.case is None or self.case.threat_due_at is None:
            return False
        limit = self.kind in ABOUT_LIMITS and self.case.is_by_the_clock(self.about)
        return self.kind == Kind.THREAT or limit


class Mail(models.TextChoices):
    """How somebody is told something by mail."""

    AT_ONCE = "at-once", "At once"
    DIGEST = "digest", "In the letter of the morning"
    NEVER = "never", "Not by email"


class MailChoice(models.Model):
    """How one person is told one kind of thing by mail; without a row, in the letter of the morning."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mail_choices")
    kind = models.CharField(max_length=10, choices=Kind)
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


class MatterNoticeQuerySet(models.QuerySet["MatterNotice"]):
    """Sets of notices of registers."""

    def standing(self) -> Self:
        """Notices of what is not settled yet."""
        return self.filter(over_at=None)

    def unseen(self) -> Self:
        """Standing notices that their reader has not marked as read."""
        return self.standing().filter(seen_at=None)

    def of(self, person: Person) -> Self:
        """The notices of one person, about matters that they may still read."""
        return self.filter(read(person, "matter__"), person=person)


class MatterNotice(models.Model):
    """Something that one person is told about a limit of a matter in a register, once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, db_index=False, related_name="+")
    about = models.CharField(max_length=60, help_text="Which limit.")
    time = models.PositiveSmallIntegerField(default=0, help_text="Of what is escalated, which time it is.")
    due = models.DateField()
    since = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True, help_text="When what it is about was settled.")

    objects = MatterNoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["matter", "kind", "about", "time", "due", "person"],
                name="matter_notice_told_once",
                violation_error_message="This person was told this already.",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["person", "seen_at", "id"], name="matter_notice_of", condition=Q(over_at=None)
            ),
            models.Index(fields=["over_at"], name="matter_notice_over", condition=Q(over_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.about}"

    @property
    def is_by_the_clock(self) -> bool:
        """Whether what it is about is due at a time of the day: a stated threat, or the limit of one."""
        threat = self.kind == Kind.THREAT or self.matter.is_by_the_clock(self.about)
        return threat and self.matter.threat_due_at is not None

    @property
    def says(self) -> str:
        """Which limit it is about, or that a threat was stated, in the words of the pack."""
        if self.kind == Kind.THREAT:
            return self.matter.pack.threat.tag if self.matter.pack.threat else ""
        limit = self.matter.pack.limit_by_id.get(self.about)
        return limit.statement if limit else ""
