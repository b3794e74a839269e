"""Give each threat that was stated before its time: on a case the moment, in a register the limit.

Which limit follows a stated threat, and within how many hours, stands in the pack of each case and matter.
"""

from datetime import datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from handrail.cases.engine.due import threat_due
from handrail.policy.deadlines import due_date
from handrail.records.packs import pack


def fill_cases(apps: StateApps, editor: BaseDatabaseSchemaEditor | None) -> None:
    """Write until when somebody says what was done, where the limit of the case's own pack runs."""
    runs = apps.get_model("cases", "Deadline").objects.filter(ended=None)
    for case in apps.get_model("cases", "Case").objects.filter(threat_at__isnull=False).iterator():
        limits = runs.filter(case_id=case.pk).values_list("limit_id", flat=True)
        due = threat_due(pack(case.pack_id), case.threat_at, limits)
        if due != case.threat_due_at:
            case.threat_due_at = due
            case.save(update_fields=["threat_due_at"])


def begin_limits(apps: StateApps, editor: BaseDatabaseSchemaEditor | None) -> None:
    """Begin the limit of each threat that stands in a register and has none, settled or not, as the fold does."""
    rows = apps.get_model("cases", "MatterDeadline").objects
    stated = apps.get_model("cases", "Matter").objects.filter(threat_at__isnull=False, became=None)
    for matter in stated.iterator():
        under = pack(matter.pack_id)
        limit = under.threat_limit_in(matter.register_id)
        at: datetime = timezone.localtime(matter.threat_at)
        if limit is None or rows.filter(matter=matter, limit_id=limit.id, began__gte=at.date()).exists():
            continue
        if rows.filter(matter=matter, limit_id=limit.id, ended=None).exists():
            continue
        rows.create(
            matter=matter,
            force_id=matter.force_id,
            limit_id=limit.id,
            step_id=limit.step,
            began=at.date(),
            due=due_date(under, limit, at.date(), at=at),
        )


class Migration(migrations.Migration):
    dependencies = [("cases", "0022_restricted_by_the_public_form")]

    operations = [
        migrations.RunPython(fill_cases, migrations.RunPython.noop),
        migrations.RunPython(begin_limits, migrations.RunPython.noop),
    ]
