"""The case as a kind of record."""

from django.urls import reverse

from handrail.cases.models import Case
from handrail.records.kinds import RecordKind

CASE = RecordKind(
    name="case",
    label="Case",
    model=Case,
    visible_to=Case.objects.visible_to,
    read_by=Case.objects.worked_on_by,
    changed_by=Case.objects.changed_by,
    address=lambda id_: reverse("cases:case", args=[id_]),
)
