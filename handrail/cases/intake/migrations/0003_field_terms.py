"""Name the models by the terms of the field. The tables keep their names, and no row changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outside", "0002_drafts_moved")]

    operations = [
        migrations.AlterModelTable(name="passage", table="outside_passage"),
        migrations.RenameModel(old_name="Passage", new_name="RateLimitHit"),
    ]
