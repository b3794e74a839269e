"""Keep the digest of a session's key instead of the key. Everybody signs in again after this."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sign_in", "0001_initial")]

    operations = [
        migrations.RunSQL("DELETE FROM sign_in_session", migrations.RunSQL.noop),
        migrations.AlterField(
            "session",
            "session_key",
            models.CharField(help_text="See `kept_key`.", max_length=64, primary_key=True, serialize=False),
        ),
    ]
