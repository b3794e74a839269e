"""A draft names what it adds to by kind and id, so that it may be a record of a room above."""

from typing import Any

from django.db import migrations, models

from handrail.policy.load import PackError
from handrail.records.packs import pack

# Row security names the columns; it is applied anew after every migration.
FORGET_POLICIES = "; ".join(
    f"DROP POLICY IF EXISTS {name} ON cases_draft" for name in ("web_sees", "web_adds", "web_changes")
)
# A draft on a case adds to that, also where it has a matter; one with a matter alone adds to it, or makes a case.
FILL = """
UPDATE cases_draft SET
    target_kind = CASE WHEN case_id IS NULL AND in_register THEN 'register-entry' ELSE 'case' END,
    target_id = CASE WHEN in_register THEN coalesce(case_id, matter_id) ELSE case_id END,
    origin_kind = CASE WHEN beside_id IS NOT NULL THEN 'case'
        WHEN matter_id IS NOT NULL AND NOT in_register THEN 'register-entry' ELSE '' END,
    origin_id = coalesce(beside_id, CASE WHEN NOT in_register THEN matter_id END),
    made_id = CASE WHEN submitted_at IS NOT NULL AND in_register AND case_id IS NULL THEN matter_id
        ELSE submitted_case_id END
FROM unnest(%s::text[], %s::text[], %s::boolean[]) AS known (pack, step, in_register)
WHERE pack_id = pack AND step_id = step
"""


def is_in_register(pack_id: str, step_id: str) -> bool:
    """Whether a step is taken in a register; a policy that is there no more had none."""
    try:
        step = pack(pack_id).step_by_id.get(step_id)
    except PackError:
        return False
    return bool(step and step.in_register)


def fill(apps: Any, schema_editor: Any) -> None:
    drafts = apps.get_model("cases", "Draft").objects.order_by().values_list("pack_id", "step_id").distinct()
    known = [(pack_id, step_id, is_in_register(pack_id, step_id)) for pack_id, step_id in drafts]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FILL, [list(column) for column in zip(*known, strict=True)] or [[], [], []])


class Migration(migrations.Migration):
    dependencies = [("cases", "0026_bring_forward")]

    operations = [
        migrations.RunSQL(FORGET_POLICIES, migrations.RunSQL.noop),
        migrations.AddField(
            "draft", "target_kind", models.CharField(max_length=20, default="case"), preserve_default=False
        ),
        migrations.AddField("draft", "target_id", models.UUIDField(null=True)),
        migrations.AddField("draft", "origin_kind", models.CharField(max_length=20, blank=True, default="")),
        migrations.AddField("draft", "origin_id", models.UUIDField(null=True)),
        migrations.AddField("draft", "made_id", models.UUIDField(null=True)),
        migrations.RunPython(fill),
        migrations.RemoveField("draft", "case"),
        migrations.RemoveField("draft", "matter"),
        migrations.RemoveField("draft", "beside"),
        migrations.RemoveField("draft", "submitted_case"),
        migrations.AddIndex("draft", models.Index(fields=["target_id"], name="draft_on_record")),
    ]
