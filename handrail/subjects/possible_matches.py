"""Possible matches between two records: when found, what a user answered, and the links users made.

A proposal decides nothing. Only a user's act makes a link; the database accepts no other.
"""

import uuid
from collections.abc import Iterable
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest, Least

from handrail.organisations.models import Person
from handrail.subjects.match_records import IndexReason


class Answer(models.TextChoices):
    """A user's answer to a possible match; the values are ids of the policy's outcomes."""

    SAME = "same", "The same person"
    NOT_SAME = "not-same", "Not the same person"
    CANNOT_TELL = "cannot-tell", "It cannot be told"


def _pair() -> tuple[Least, Greatest]:
    """Return an unordered pair of two subjects, as database expressions."""
    return Least(F("subject"), F("other")), Greatest(F("subject"), F("other"))


# A question over every case, including those the user does not see, so a database function answers it.
TOLD = RawSQL("subjects_told(subject_id) AND subjects_told(other_id)", [], models.BooleanField())


class PossibleMatchQuerySet(models.QuerySet["PossibleMatch"]):
    """Sets of proposals."""

    def unanswered(self) -> Self:
        """Limit to proposals without an answer."""
        return self.filter(answer="")

    def strong(self) -> Self:
        """Limit to proposals that a user has to answer."""
        return self.filter(strong=True)

    def waiting_first(self) -> Self:
        """Put strong matches without an answer first, then the other strong ones, each by weight."""
        waits = Q(strong=True, answer="")
        first = models.ExpressionWrapper(waits, output_field=models.BooleanField())
        return self.order_by(first.desc(), "-strong", "-weight", "pk")

    def unasked(self) -> Self:
        """Limit to proposals no entry asks about yet; bulk matches are asked when a user opens the record."""
        return self.filter(asked_number=None).exclude(because=IndexReason.BULK)

    def to_be_asked(self, subject: uuid.UUID) -> Self:
        """Limit to unasked proposals about this subject, the most alike first.

        Leaves out proposals whose other record the user must not know of.
        """
        waiting = self.filter(subject=subject).filter(TOLD).strong().unanswered().unasked()
        return waiting.order_by("-weight", "pk")

    def beside(self, subject: uuid.UUID | None) -> Self:
        """Limit to proposals with this subject on either side whose other record the user may know of."""
        return self.filter(Q(subject=subject) | Q(other=subject)).filter(TOLD)


@pghistory.track(meta={"db_table": "subjects_proposalevent"})
class PossibleMatch(models.Model):
    """Two records that may be of one person.

    The proposal is answered on the case of `subject`; `record` is that case, where known. The numbers are
    entries on the case's chain; the reason for an answer is stored only there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey("subjects.Subject", on_delete=models.CASCADE, related_name="matches")
    other = models.ForeignKey("subjects.Subject", on_delete=models.CASCADE, related_name="proposed_for")
    record = models.UUIDField(null=True)
    weight = models.FloatField(help_text="In bits, as it was found; what is shown is compared anew.")
    strong = models.BooleanField(help_text="Whether somebody has to answer.")
    because = models.CharField(max_length=6, choices=IndexReason)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_number = models.PositiveIntegerField(null=True, help_text="The entry that asks for the answer.")
    answer = models.CharField(max_length=11, choices=Answer, blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(null=True, help_text="The entry with the answer and its reason.")

    objects = PossibleMatchQuerySet.as_manager()

    class Meta:
        db_table = "subjects_proposal"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(*_pair(), name="proposal_once_a_pair"),
            models.CheckConstraint(
                condition=~Q(subject=F("other")),
                name="proposal_of_two",
                violation_error_message="A record is not compared with itself.",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None, number=None)
                | ~Q(answer="")
                & Q(answered_by__isnull=False, answered_at__isnull=False, number__isnull=False),
                name="proposal_answer_is_whole",
                violation_error_message="An answer says who gave it, when, and in which entry.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["because", "-weight"], name="proposal_queue", condition=Q(answer="")),
            models.Index(
                fields=["found_at"],
                name="proposal_news",
                condition=Q(strong=True) & ~Q(because=IndexReason.BULK),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} and {self.other_id}"


class LinksQuerySet(models.QuerySet["Link"]):
    """Sets of links."""

    def live(self) -> Self:
        """Limit to links that were not undone."""
        return self.filter(undone_at=None)

    def beside(self, subjects: Iterable[uuid.UUID]) -> Self:
        """Limit to links that have one of these subjects and whose other record the user may know of."""
        every = list(subjects)
        return self.filter(Q(subject__in=every) | Q(other__in=every)).filter(TOLD)


@pghistory.track()
class Link(models.Model):
    """Two records that a user states are of one person. Neither record changes, and nobody gains access.

    `number` and `undone_number` are entries on the chain of `record`, the case about `subject`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey("subjects.Subject", on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey("subjects.Subject", on_delete=models.PROTECT, related_name="linked_from")
    record = models.UUIDField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    number = models.PositiveIntegerField()
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_number = models.PositiveIntegerField(null=True)

    objects = LinksQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(*_pair(), name="link_once_a_pair", condition=Q(undone_at=None)),
            models.CheckConstraint(
                condition=~Q(subject=F("other")),
                name="link_of_two",
                violation_error_message="A record is not linked to itself.",
            ),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None, undone_number=None)
                | Q(undone_by__isnull=False, undone_at__isnull=False, undone_number__isnull=False),
                name="link_undone_whole",
                violation_error_message="What undoes a link says who did it, when, and in which entry.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} and {self.other_id}"


def propose(matches: Iterable[PossibleMatch]) -> None:
    """Save possible matches; a pair that is saved already, in either order, stays unchanged."""
    if found := list(matches):
        PossibleMatch.objects.bulk_create(found, batch_size=2000, ignore_conflicts=True)
