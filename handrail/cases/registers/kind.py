"""The register entry as a kind of record."""

from django.urls import reverse

from handrail.cases.models.register_entry import Matter
from handrail.records.kinds import RecordKind

REGISTER_ENTRY = RecordKind(
    name="register-entry",
    label="Register entry",
    model=Matter,
    visible_to=Matter.objects.visible_to,
    read_by=Matter.objects.read_by,
    changed_by=Matter.objects.read_by,
    address=lambda id_: reverse("cases:matter", args=[id_]),
)
