"""The answers of a force to one set of questions for one year."""

import json
import uuid
from hashlib import sha256
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person
from handrail.organisations.reach import forces_of
from handrail.policy.schema.access import Marking
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.question_set import QuestionSet
from handrail.records.marking import level_of
from handrail.records.packs import pack as pack_by_id

RECORD_KIND = "year-answers"


class YearQuerySet(models.QuerySet["Year"]):
    """Sets of answers of a year."""

    def visible_to(self, person: Person) -> Self:
        """Answers of the forces that the user belongs to or oversees; none without READ_CHECKS."""
        if not person.may(Capability.READ_CHECKS):
            return self.none()
        return self.filter(force__in=forces_of(person))

    def answered(self) -> Self:
        """Answers that were sent."""
        return self.filter(version__gt=0)


class Year(models.Model):
    """The answers of one force to one set of questions for one year, with their draft.

    `version` is the number of entries on the chain.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    set_id = models.CharField(max_length=60)
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    pack_id = models.CharField(max_length=60)
    version = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    typed = models.JSONField(default=dict, help_text="The draft, as it was typed; empty once it was sent.")

    objects = YearQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["set_id", "force", "year"],
                name="year_is_answered_once",
                violation_error_message="The answers of this year are there already.",
            ),
            models.CheckConstraint(
                condition=Q(version=0, answered_at=None) | Q(version__gt=0, answered_at__isnull=False),
                name="year_was_sent_or_not",
                violation_error_message="What was sent says when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.set_id} {self.year}"

    stage_id = RECORD_KIND

    @property
    def reference(self) -> str:
        """The title of the set, and the year."""
        return f"{self.question_set.title} {self.year}"

    @property
    def state(self) -> str:
        """A digest of the draft and the number of answers sent; each change gives another one."""
        return sha256(json.dumps([self.version, self.typed], sort_keys=True).encode()).hexdigest()

    @property
    def called(self) -> str:
        """What pages call the record: its reference."""
        return self.reference

    @property
    def listed_as(self) -> str:
        """What a row of a list calls the record: its reference."""
        return self.reference

    @property
    def marking(self) -> Marking:
        """The marking that the policy gives a record by default."""
        return self.pack.marking_of(None)

    @property
    def pack(self) -> Pack:
        """The policy whose questions are answered."""
        return pack_by_id(self.pack_id)

    @property
    def level(self) -> int:
        """The vetting level needed to read the record."""
        return level_of(self.marking)

    @property
    def question_set(self) -> QuestionSet:
        """The set of questions, as the policy defines it."""
        return self.pack.question_set_by_id[self.set_id]
