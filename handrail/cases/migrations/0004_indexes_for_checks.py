from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_initial")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["pack_id", "id"], include=("owner", "closed_on"), name="case_by_pack"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("waiting_since__isnull", False)),
                fields=["waiting_since", "id"],
                name="case_waiting",
            ),
        ),
    ]
