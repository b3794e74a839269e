"""The kinds of record of this room: cases and register entries."""

from django.urls import reverse

from handrail.cases.models import Case, RegisterEntry
from handrail.cases.models.register_entry import RECORD_KIND
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

REGISTER_ENTRY = RecordKind(
    name=RECORD_KIND,
    label="Register entry",
    model=RegisterEntry,
    visible_to=RegisterEntry.objects.visible_to,
    read_by=RegisterEntry.objects.read_by,
    changed_by=RegisterEntry.objects.changed_by,
    address=lambda id_: reverse("cases:matter", args=[id_]),
)
