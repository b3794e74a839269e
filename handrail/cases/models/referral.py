"""The table of referrals: one row for each concern that was reported."""

import uuid
from collections.abc import Collection
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import Q

from handrail.cases.models.case import Case
from handrail.cases.models.reference import new_reference
from handrail.cases.models.visibility import listed, of_case, seen
from handrail.organisations.models import Organisation, Person


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals, narrowed by the access of a user or by subject."""

    def visible_to(self, person: Person) -> Self:
        """Filter to referrals of cases whose status, at least, the user may see."""
        return self.filter(of_case(seen(person)))

    def listed_to(self, person: Person) -> Self:
        """Filter to referrals that a list shows the user; see `CaseQuerySet.listed_to`."""
        return self.filter(of_case(listed(person)))

    def about(self, subjects: Collection[uuid.UUID]) -> Self:
        """Return the referrals about these subjects, the newest first, each with its case.

        A user may see a case without seeing its subject. A filter on the subject would make Django use an
        inner join, and row security would then drop such referrals; so the filter is on the case.
        """
        cases = Case.objects.filter(subject__in=subjects)
        referrals = self.filter(case__in=cases.values("pk")).select_related("case__subject", "case__force")
        return referrals.order_by("-received_on")


@pghistory.track()
class Referral(models.Model):
    """A concern that was reported: by a user, by the public form or in an import."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referrals")
    force = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False, related_name="+")
    step_id = models.CharField(max_length=60)
    received_on = models.DateField()
    sector = models.CharField(max_length=60, blank=True)
    concern = models.CharField(max_length=60, blank=True)
    source_reference = models.CharField(max_length=120, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["force", "source_reference"],
                condition=~Q(source_reference=""),
                name="referral_is_imported_once",
                violation_error_message="This force has a referral with this reference already.",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["force", "-received_on"], name="referral_by_receipt"),
            models.Index(fields=["-received_on", "id"], name="referral_receipt"),
        ]

    def __str__(self) -> str:
        return self.reference
