"""Let whoever is on record be found by other names as well, and by how a name in another script sounds."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from handrail.subjects.by_name import found_under
from handrail.subjects.comparable import found_by_name

BATCH = 2_000


def fold(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    subjects = apps.get_model("subjects", "Subject").objects
    batch = []
    for subject in subjects.only("pk", "given_name", "family_name").iterator(BATCH):
        subject.found_under = found_under(subject.given_name, subject.family_name)
        batch.append(subject)
        if len(batch) == BATCH:
            subjects.bulk_update(batch, ["found_under"])
            batch = []
    subjects.bulk_update(batch, ["found_under"])
    details = apps.get_model("subjects", "Detail").objects
    for detail in details.filter(kind__in=["name", "other-names", "online-name"]).iterator(BATCH):
        details.filter(pk=detail.pk).update(found_under=found_by_name(detail))


class Migration(migrations.Migration):
    dependencies = [("subjects", "0012_other_names_found")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
