from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0027_drafts_of_any_kind"), ("outside", "0002_drafts_moved")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("draft")])]
