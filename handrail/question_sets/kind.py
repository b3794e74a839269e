"""The answers of a year as a kind of record."""

from uuid import UUID

from django.urls import reverse

from handrail.question_sets.models import RECORD_KIND, Year
from handrail.records.kinds import RecordKind


def _address(id_: UUID) -> str:
    year = Year.objects.get(pk=id_)
    return reverse("question_sets:year", args=[year.set_id, year.force_id, year.year])


YEAR = RecordKind(
    name=RECORD_KIND,
    label="Yearly answers",
    model=Year,
    visible_to=Year.objects.visible_to,
    read_by=Year.objects.visible_to,
    changed_by=Year.objects.visible_to,
    address=_address,
)
