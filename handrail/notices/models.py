"""Notices, users' mail settings, and queued e-mails.

None of these tables is part of the ledger: a notice points to a record and is deleted some time after it
ends.
"""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from handrail.access.given import given_to
from handrail.cases.models import Case, Redacted
from handrail.cases.models.register_entry import RegisterEntry
from handrail.cases.models.visibility import of_case, seen
from handrail.notices.kinds import ABOUT_LIMITS, BEFORE_DUE, KINDS, LONGEST, Kind
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person
from handrail.records.deadlines import ORGANISATION
from handrail.records.kinds import kinds


def reached(person: Person) -> "QuerySet[Organisation]":
    """Return the organisations whose notices a user may read: of their posts, and those they oversee."""
    within = Q(pk__in=[post.organisation_id for post in person.posts_to_be_invited])
    for post in person.current_posts:
        may = post.capabilities if post.is_vetted() else frozenset[Capability]()
        if Capability.OVERSEE_NATION in may:
            within |= Q(pk__isnull=False)
        if Capability.OVERSEE_REGION in may:
            within |= Q(parent=post.organisation_id) | Q(parent__parent=post.organisation_id)
        if Capability.OVERSEE_FORCE in may:
            within |= Q(pk=post.force_id) | Q(parent=post.force_id)
    return Organisation.objects.filter(within)


def about_records(person: Person) -> Q:
    """Return the condition on notices about organisations and about other records than cases.

    It holds for notices about organisations in reach of the user and about records that the user may read.
    """
    about: Q = Q(record_kind=ORGANISATION, record__in=reached(person).values("pk"))
    for kind in kinds():
        if kind.model is not Case:
            read = kind.read_by(person).filter(pk=OuterRef("record"))
            about |= Q(Exists(read), record_kind=kind.name)
    return about


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Queries on notices."""

    def open(self) -> Self:
        """Return notices that have not ended."""
        return self.filter(over_at=None)

    def unseen(self) -> Self:
        """Return notices that have not ended and are not marked as read."""
        return self.open().filter(seen_at=None)

    def tell(self, at: datetime, **told: Any) -> "tuple[Notice, bool]":
        """Return the open notice of these columns, and whether it is new: created, or open again.

        A notice that ended is opened again, unread and unmailed, as what it is about has come back.
        """
        notice, new = self.get_or_create(**told, defaults={"since": at})
        if notice.over_at:
            new, notice.since = True, at
            notice.over_at = notice.seen_at = notice.letter = None
            notice.save(update_fields=["since", "over_at", "seen_at", "letter"])
        return notice, new

    def of(self, person: Person) -> Self:
        """Return a user's notices about records and organisations that they may still see."""
        versions = Redacted.objects.filter(pk__any_of=given_to(person).any, level__lte=person.vetting)
        named = versions.annotate(key=Cast("pk", models.CharField())).filter(key=OuterRef("about"))
        about_version = Q(case=None, kind=Kind.SHARED) & Exists(named)
        # A notice that an unattended restricted case waits has no case and no record.
        takes_on = person.may(Capability.TAKE_STAFF_CONCERNS)
        waits = Q(case=None, record=None, kind=Kind.THREAT) if takes_on else Q(pk__in=[])
        about = of_case(seen(person)) | about_version | waits | about_records(person)
        return self.filter(about, person=person)


class Notice(models.Model):
    """A notice to one user, created once: about a case, a record of another kind, or an organisation.

    A notice about a redacted version has no `case`, as its reader must not learn the case: `about` is the id
    of the version. A notice that a restricted case with a stated threat has no readers left has no `case`
    either: `about` is the id of the case, which its reader finds on the page for taking such cases on.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=LONGEST)
    case = models.ForeignKey(
        Case, null=True, on_delete=models.CASCADE, db_index=False, related_name="notices"
    )
    # For other records than cases: the name of the kind of record, or ORGANISATION, and the id.
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

    # The record or the organisation, once `find_targets` has loaded it for a page.
    target: "RegisterEntry | Organisation | models.Model | None" = None

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
        """The title of the notice's kind."""
        return KINDS[self.kind].label

    @property
    def threatened(self) -> Case | RegisterEntry | None:
        """The notice's case or register entry if a stated threat waits there for an answer, else None."""
        about = self.case or self.target
        return about if isinstance(about, Case | RegisterEntry) and about.threat_due_at is not None else None

    @property
    def is_by_the_clock(self) -> bool:
        """Whether the notice is due at a time of day, as a stated threat and its deadline are."""
        about = self.threatened
        limit = about is not None and self.kind in ABOUT_LIMITS and about.is_by_the_clock(self.about)
        return limit or (about is not None and self.kind == Kind.THREAT)


class Mail(models.TextChoices):
    """When a user gets e-mail about a kind of notice."""

    AT_ONCE = "at-once", "At once"
    DIGEST = "digest", "In the letter of the morning"
    NEVER = "never", "Not by email"


class MailChoice(models.Model):
    """A user's mail setting for one kind of notice; without a row the kind is in the morning's e-mail."""

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
    """The state of a queued e-mail."""

    WAITING = "waiting", "To be sent"
    SENDING = "sending", "Being sent; or was, by a worker that stopped"
    SENT = "sent", "Sent"
    NEEDLESS = "needless", "Not sent: nothing was left to look at"
    UNSURE = "unsure", "Perhaps sent; never sent again"


class LetterQuerySet(models.QuerySet["Letter"]):
    """Queries on queued e-mails."""

    def due(self, at: datetime) -> Self:
        """Return the e-mails to send at a moment, longest waiting first."""
        return self.filter(state=State.WAITING, next_at__lte=at).order_by("next_at", "pk")


class Letter(models.Model):
    """A queued e-mail that says how many notices wait, and nothing else. At most one waits for each user."""

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
    """The worker's progress on one day: the last ledger entry processed, and the daily work that is done."""

    day = models.DateField(primary_key=True)
    entry = models.BigIntegerField(default=0, help_text="Every earlier entry of the record was looked at.")
    swept = models.BooleanField(default=False, help_text="Whether every deadline was looked at that day.")
    written = models.BooleanField(default=False, help_text="Whether the letters of that morning are written.")

    def __str__(self) -> str:
        return f"{self.day}"
