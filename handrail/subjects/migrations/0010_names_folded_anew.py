"""Fold the names of whoever is on record by the fold that all of the product uses now.

Outlines and keys follow from it too: they are forgotten here, and `handrail up` makes those that are missing
before anybody can search. The worker then looks for others like everybody once more.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from handrail.subjects.by_name import found_under, name_key, sort_key

BATCH = 2_000
FOLDED = ["name_key", "family_key", "sort_key", "found_under"]


def fold(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    subjects = apps.get_model("subjects", "Subject").objects
    batch = []
    for subject in subjects.only("pk", "given_name", "family_name").iterator(BATCH):
        subject.name_key = name_key(subject.given_name, subject.family_name)
        subject.family_key = name_key(subject.family_name)[:200]
        subject.sort_key = sort_key(subject.given_name, subject.family_name)
        subject.found_under = found_under(subject.given_name, subject.family_name)
        batch.append(subject)
        if len(batch) == BATCH:
            subjects.bulk_update(batch, FOLDED)
            batch = []
    subjects.bulk_update(batch, FOLDED)


class Migration(migrations.Migration):
    dependencies = [("subjects", "0009_fold_of_names")]

    operations = [
        migrations.RunPython(fold, migrations.RunPython.noop),
        migrations.RunSQL("TRUNCATE subjects_key", migrations.RunSQL.noop),
        migrations.RunSQL("DELETE FROM subjects_outline", migrations.RunSQL.noop),
    ]
