"""Name the models by the terms of the field. The tables keep their names, and no row changes."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0028_drafts_moved"),
        ("notices", "0008_about_any_record"),  # 0006 of notices names the model by its old name
    ]

    operations = [
        migrations.AlterModelTable(name="matter", table="cases_matter"),
        migrations.RenameModel(old_name="Matter", new_name="RegisterEntry"),
        migrations.AlterModelTable(name="matterevent", table="cases_matterevent"),
        migrations.RenameModel(old_name="MatterEvent", new_name="RegisterEntryEvent"),
        migrations.RenameModel(old_name="MatterDeadline", new_name="RegisterDeadline"),
        pgtrigger.migrations.RemoveTrigger(
            model_name="registerentry",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="registerentry",
            name="update_update",
        ),
        migrations.AlterField(
            model_name="registerentry",
            name="became",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="register_entries",
                to="cases.case",
            ),
        ),
        migrations.AlterField(
            model_name="registerentry",
            name="force",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="register_entries",
                to="organisations.organisation",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registerentry",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "cases_matterevent" ("became_id", "begun_by_id", "begun_on", "decided", "ended_on", "force_id", "id", "kind", "pack_id", "pending_by", "pending_number", "pending_outcome", "pending_step", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "register_id", "taken", "threat_at", "version") VALUES (NEW."became_id", NEW."begun_by_id", NEW."begun_on", NEW."decided", NEW."ended_on", NEW."force_id", NEW."id", NEW."kind", NEW."pack_id", NEW."pending_by", NEW."pending_number", NEW."pending_outcome", NEW."pending_step", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference", NEW."register_id", NEW."taken", NEW."threat_at", NEW."version"); RETURN NULL;',
                    hash="ec3ca16349a9c560cb16ac4ab27e219d017000f8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_363ee",
                    table="cases_matter",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="registerentry",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "cases_matterevent" ("became_id", "begun_by_id", "begun_on", "decided", "ended_on", "force_id", "id", "kind", "pack_id", "pending_by", "pending_number", "pending_outcome", "pending_step", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "register_id", "taken", "threat_at", "version") VALUES (NEW."became_id", NEW."begun_by_id", NEW."begun_on", NEW."decided", NEW."ended_on", NEW."force_id", NEW."id", NEW."kind", NEW."pack_id", NEW."pending_by", NEW."pending_number", NEW."pending_outcome", NEW."pending_step", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference", NEW."register_id", NEW."taken", NEW."threat_at", NEW."version"); RETURN NULL;',
                    hash="19eef5b9f8494a941f18a7cbd882f17f5f6b8e5f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_ff4de",
                    table="cases_matter",
                    when="AFTER",
                ),
            ),
        ),
    ]
