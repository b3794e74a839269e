"""A document is of a record of any kind, by the id of its chain."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("document", "document_of_one_entry"),
        migrations.RenameField("document", "case", "record"),
        migrations.AlterField("document", "record", models.UUIDField()),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(fields=["record", "number"], name="document_of_one_entry"),
        ),
    ]
