"""The table of follow-ups: tasks that a case's entries assign to a person or an organisation."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, Self
from uuid import UUID

import pghistory
from django.db import models
from django.db.models import Q
from django.utils import timezone

from handrail.organisations.models import Organisation, Person
from handrail.policy.follow_ups import Asked


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    """Follow-ups, narrowed by their state or assignee."""

    def open(self) -> Self:
        """Filter to follow-ups that have not ended."""
        return self.filter(ended_on=None)

    def unanswered(self) -> Self:
        """Filter to open follow-ups that wait for their assignee to accept or refuse."""
        return self.open().filter(answer_due__isnull=False, accepted_on=None, refused_on=None)

    def late(self, on: date | None = None) -> Self:
        """Filter to open follow-ups that are overdue, unanswered past their day, or refused."""
        today = on or timezone.localdate()
        unanswered = Q(answer_due__lt=today, accepted_on=None, refused_on=None)
        return self.open().filter(Q(due__lt=today) | unanswered | Q(refused_on__isnull=False))

    def of(self, person: Person) -> Self:
        """Filter to follow-ups assigned to the person, or to an organisation for which they answer."""
        return self.filter(Q(to_person=person) | Q(to_organisation__in=answering_bodies(person)))


@pghistory.track()
class FollowUp(models.Model):
    """One follow-up: assignee, author, dates and state. The text of the request is in its entry alone."""

    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, db_index=False, related_name="follow_ups"
    )
    number = models.PositiveIntegerField(help_text="The entry that asked.")
    kind_id = models.CharField(max_length=60)
    by = models.UUIDField()
    to_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    began = models.DateField()
    due = models.DateField(null=True)
    answer_due = models.DateField(null=True)
    accepted_on = models.DateField(null=True)
    refused_on = models.DateField(null=True)
    reported_on = models.DateField(null=True, help_text="The day of the last report.")
    missed_on = models.DateField(null=True, help_text="The last due day that passed before a report came.")
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=60, blank=True, help_text="The step that ended it.")

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "number"], name="follow_up_is_asked_once"),
            models.CheckConstraint(
                condition=Q(to_person=None) | Q(to_organisation=None),
                name="follow_up_has_one_to_answer",
                violation_error_message="One person or one body is asked, so that somebody answers.",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["to_person", "due"], name="follow_up_to_person", condition=Q(ended_on=None)),
            models.Index(
                fields=["to_organisation", "due"], name="follow_up_to_body", condition=Q(ended_on=None)
            ),
            models.Index(fields=["due", "id"], name="follow_up_due", condition=Q(ended_on=None)),
            models.Index(fields=["case"], name="follow_up_open", condition=Q(ended_on=None)),
            models.Index(fields=["kind_id", "case"], name="follow_up_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.number} due {self.due}"

    @property
    def asked(self) -> Asked:
        """Return this row as a `policy.follow_ups.Asked`."""
        return Asked(
            kind=self.kind_id,
            number=self.number,
            by=str(self.by),
            of=str(self.to_person_id or self.to_organisation_id or ""),
            began=self.began,
            due=self.due,
            answer_due=self.answer_due,
            accepted=self.accepted_on,
            refused=self.refused_on,
            reported=self.reported_on,
            missed=self.missed_on,
            ended=self.ended_on,
            ended_by=self.ended_by,
        )

    def become(self, asked: Asked, bodies: Collection[UUID | None]) -> "FollowUp":
        """Copy the state of `asked` into the columns; return the row. `bodies` are ids of organisations."""
        self.number, self.kind_id, self.by = asked.number, asked.kind, UUID(asked.by)
        to = UUID(asked.of) if asked.of else None
        self.to_organisation_id = to if to in bodies else None
        self.to_person_id = None if to in bodies else to
        self.began, self.due, self.answer_due = asked.began, asked.due, asked.answer_due
        self.accepted_on, self.refused_on = asked.accepted, asked.refused
        self.reported_on, self.missed_on = asked.reported, asked.missed
        self.ended_on, self.ended_by = asked.ended, asked.ended_by
        return self


CHANGES = ["to_person_id", "to_organisation_id", "by", "due", "answer_due", "accepted_on", "refused_on",
           "reported_on", "missed_on", "ended_on", "ended_by"]  # fmt: skip


def answering_bodies(person: Person) -> list[Any]:
    """Return ids of the organisations for which the person answers: those of their posts and their forces."""
    posts = [post for post in person.current_posts if post.is_vetted()]
    return list({id_ for post in posts for id_ in (post.organisation_id, post.force_id) if id_})
