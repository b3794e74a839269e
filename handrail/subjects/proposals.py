"""Two records that may be of one person: that it was found, what a person answered, and what they linked.

A proposal decides nothing. A link is made by the act of a person alone; the database takes it no other way.
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
    """What somebody says of two records; the ids are those of the policy's outcomes."""

    SAME = "same", "The same person"
    NOT_SAME = "not-same", "Not the same person"
    CANNOT_TELL = "cannot-tell", "It cannot be told"


def _pair() -> tuple[Least, Greatest]:
    """Two subjects in whichever order."""
    return Least(F("subject"), F("other")), Greatest(F("subject"), F("other"))


# A question over every case, those that who asks does not see among them, so the database answers it.
TOLD = RawSQL("subjects_told(subject_id) AND subjects_told(other_id)", [], models.BooleanField())


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Sets of proposals."""

    def unanswered(self) -> Self:
        """Those that nobody has answered."""
        return self.filter(answer="")

    def strong(self) -> Self:
        """Those that somebody has to answer."""
        return self.filter(strong=True)

    def unasked(self) -> Self:
        """Those that no entry asks about yet; what was found in bulk is asked when somebody looks at it."""
        return self.filter(asked_number=None).exclude(because=IndexReason.BULK)

    def to_be_asked(self, subject: uuid.UUID) -> Self:
        """Those about this subject that wait for somebody to be asked, the most alike first.

        As far as who asks may know of the other at all.
        """
        waiting = self.filter(subject=subject).filter(TOLD).strong().unanswered().unasked()
        return waiting.order_by("-weight", "pk")

    def beside(self, subject: uuid.UUID | None) -> Self:
        """Those of which this subject is either, as far as who asks may know of the other at all."""
        return self.filter(Q(subject=subject) | Q(other=subject)).filter(TOLD)


@pghistory.track()
class Proposal(models.Model):
    """Two records that may be of one person. It is answered where `subject` is worked on.

    `record` is the case about `subject`, where that is known; the entries that are numbered here stand on its
    chain, and the reason for an answer in them alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.ForeignKey("subjects.Subject", on_delete=models.CASCADE, related_name="proposals")
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

    objects = ProposalQuerySet.as_manager()

    class Meta:
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
        """Those that were not undone."""
        return self.filter(undone_at=None)

    def beside(self, subjects: Iterable[uuid.UUID]) -> Self:
        """Those of which one of these is either, as far as who asks may know of the other at all."""
        every = list(subjects)
        return self.filter(Q(subject__in=every) | Q(other__in=every)).filter(TOLD)


@pghistory.track()
class Link(models.Model):
    """Two records that a person says are of one person. Nothing of either changes, and nobody reads more.

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


def propose(proposals: Iterable[Proposal]) -> None:
    """Keep what was found; a pair that is kept already, in whichever order, stays as it is."""
    if found := list(proposals):
        Proposal.objects.bulk_create(found, batch_size=2000, ignore_conflicts=True)
