"""Name the models by the terms of the field. The tables keep their names, and no row changes."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subjects", "0014_born_in_part")]

    operations = [
        migrations.AlterModelTable(name="proposal", table="subjects_proposal"),
        migrations.RenameModel(old_name="Proposal", new_name="PossibleMatch"),
        migrations.AlterModelTable(name="proposalevent", table="subjects_proposalevent"),
        migrations.RenameModel(old_name="ProposalEvent", new_name="PossibleMatchEvent"),
        migrations.AlterModelTable(name="sought", table="subjects_sought"),
        migrations.RenameModel(old_name="Sought", new_name="SearchNotice"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="possiblematch",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="possiblematch",
            name="update_update",
        ),
        migrations.AlterField(
            model_name="possiblematch",
            name="subject",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="matches", to="subjects.subject"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="possiblematch",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "subjects_proposalevent" ("answer", "answered_at", "answered_by_id", "asked_number", "because", "found_at", "found_by_id", "id", "number", "other_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record", "strong", "subject_id", "weight") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_number", NEW."because", NEW."found_at", NEW."found_by_id", NEW."id", NEW."number", NEW."other_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."record", NEW."strong", NEW."subject_id", NEW."weight"); RETURN NULL;',
                    hash="41107acc84f2d6575015fcb2e5de8e33cccfd292",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_19be3",
                    table="subjects_proposal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="possiblematch",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "subjects_proposalevent" ("answer", "answered_at", "answered_by_id", "asked_number", "because", "found_at", "found_by_id", "id", "number", "other_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "record", "strong", "subject_id", "weight") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_number", NEW."because", NEW."found_at", NEW."found_by_id", NEW."id", NEW."number", NEW."other_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."record", NEW."strong", NEW."subject_id", NEW."weight"); RETURN NULL;',
                    hash="528f756eb386e0637bc1d2446a3d82f5ddb06c75",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_57a98",
                    table="subjects_proposal",
                    when="AFTER",
                ),
            ),
        ),
    ]
