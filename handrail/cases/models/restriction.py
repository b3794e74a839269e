"""The table of restrictions: why a case is restricted, since when, who lifted it. Grants name the readers."""

import uuid
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q

from handrail.organisations.models import Person


class Category(models.TextChoices):
    """Reason why only named people see a case. The ids are those of the pack's list of this name."""

    POLICE_STAFF = "police-staff", "Works for the police"
    RELATIVE = "relative", "Partner or close relative of somebody who works for the police"
    PUBLIC_FIGURE = "public-figure", "Public figure, or close to one"
    OTHER = "other", "Another reason"


class About(models.TextChoices):
    """Group of people that a concern of the staff route is about; ids as in the pack's list `staff-about`."""

    COLLEAGUE = "colleague", "Somebody who works for the police"
    APPLICANT = "applicant", "Somebody who has applied to work for the police"
    SPECIAL_POST = "special-post", "Somebody who is vetted for a special post"


BEING_VETTED = frozenset({About.APPLICANT, About.SPECIAL_POST})
OF_STAFF = frozenset({Category.POLICE_STAFF, Category.RELATIVE})


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Restrictions, narrowed by their state."""

    def in_force(self) -> Self:
        """Filter to restrictions that have not been lifted."""
        return self.filter(lifted_at=None)


@pghistory.track()
class Restriction(models.Model):
    """One period in which only named people see a case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="restrictions")
    category = models.CharField(max_length=20, choices=Category)
    reason = models.TextField()
    by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+", help_text="None: the public form."
    )
    since = models.DateTimeField()
    lift_asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    lift_asked_at = models.DateTimeField(null=True)
    lift_reason = models.TextField(blank=True)
    lifted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(lifted_at=None),
                name="restriction_stands_once",
                violation_error_message="This case is restricted already.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="restriction_has_a_reason", violation_error_message="Say why."
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None)
                | Q(lift_asked_by__isnull=False)
                & Q(lifted_by__isnull=False)
                & ~Q(lifted_by=F("lift_asked_by")),
                name="restriction_is_lifted_by_two",
                violation_error_message="One person asks to lift a restriction, and another one lifts it.",
            ),
        ]

    def __str__(self) -> str:
        return f"restriction of {self.case_id}"
