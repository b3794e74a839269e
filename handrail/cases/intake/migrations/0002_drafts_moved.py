import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outside", "0001_initial"), ("records", "0002_drafts")]

    operations = [
        # The table is as it was.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "confirmation",
                    "draft",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmation",
                        to="records.draft",
                    ),
                )
            ]
        )
    ]
