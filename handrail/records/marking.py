"""Markings of records of any kind, and the vetting levels that they need."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models

from handrail.organisations.vetting import Vetting
from handrail.policy.schema.access import Marking
from handrail.policy.schema.pack import Pack

WHOLE = 0  # the number of an entry that stands for the record as a whole


def level_of(marking: Marking) -> Vetting:
    """Return the vetting level that a reader of this marking needs."""
    return Vetting[marking.vetting.upper()]


def highest(*markings: Marking) -> Marking:
    """Return the marking that needs the highest vetting level; of equals the first."""
    return max(markings, key=level_of)


class Marked(models.Model):
    """A record that can be marked higher as a whole; both columns follow from its entries."""

    pack: ClassVar[Any]  # a property of each kind of record

    marking_id = models.CharField(
        max_length=60, blank=True, help_text="Where the whole record is marked higher."
    )
    level = models.PositiveSmallIntegerField(default=0, help_text="How far its readers have to be vetted.")

    class Meta:
        abstract = True

    @property
    def marking(self) -> Marking:
        """Marking of the record as a whole; single entries may be marked higher."""
        policy: Pack = self.pack
        return policy.marking_by_id.get(self.marking_id) or policy.marking_of(None)

    def mark(self, said: Mapping[str, Any]) -> None:
        """Set the columns where the content of an entry says that the whole record is marked higher."""
        for marked in said.get("marked", ()):
            if marked["number"] == WHOLE:
                self.marking_id, self.level = marked["marking"], marked["level"]
