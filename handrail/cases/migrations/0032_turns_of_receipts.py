"""Turns of the dialogue with a referrer in place of the last feedback alone, which becomes the first turn."""

from django.db import migrations, models

MOVE = """
UPDATE cases_receipt
SET turns = jsonb_build_array(jsonb_build_object('on', told_on::text, 'said', to_jsonb(said)))
WHERE told_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0031_register_entry_owner")]

    operations = [
        migrations.AddField(
            model_name="receipt",
            name="turns",
            field=models.JSONField(default=list),
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="receipt",
            name="said",
        ),
    ]
