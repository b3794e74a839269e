"""Append to every case an entry that says what was written beside its entries until now.

Who was responsible for a case when it was opened, that it was restricted, another owner who followed from
that, and higher markings stood in columns, and in entries on other chains. Every column follows from the
entries of the case's own chain now. One entry for each case brings forward what stands at this moment, and
says nothing of when it came to stand so: the older entries on access still say that.
"""

from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F
from django.utils import timezone

BATCH = 1_000
HANDRAIL = UUID("0d5a1f3c-8b7e-5d2a-9c41-3e6f2b8a7d90")  # cases.engine.record.HANDRAIL


def bring_forward(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    cases = apps.get_model("cases", "Case").objects
    ids = list(cases.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        _append(apps, ids[start : start + BATCH])
        cases.filter(pk__in=ids[start : start + BATCH]).update(version=F("version") + 1)


def _append(apps: Apps, ids: list[UUID]) -> None:
    # Imported where there is something to append: an empty database needs no code of today's.
    from handrail.ledger.record import Act, append_many

    now, acts = timezone.now(), []
    categories, raised = _restrictions(apps, ids), _markings(apps, ids)
    for case in apps.get_model("cases", "Case").objects.filter(pk__in=ids):
        whole = [{"number": 0, "marking": case.marking_id, "level": case.level}] if case.marking_id else []
        said = {
            "answers": {},
            "responsible": {
                "force": str(case.force_id),
                "owner": str(case.owner_id) if case.owner_id else None,
                "council": str(case.council_id) if case.council_id else None,
                "allocated": case.allocated,
            },
            "restricted": categories.get(case.pk, ""),
            "marked": whole + raised.get(case.pk, []),
        }
        acts.append(
            Act(
                chain=case.pk,
                kind="case",
                act="bring-forward",
                outcome=None,
                stage=case.stage_id,
                actor=HANDRAIL,
                role="handrail",
                organisation=case.force_id,
                seen_version=case.version,
                happened_at=now,
                pack=case.pack_id,
                content=said,
                reason_given=False,
            )
        )
    append_many(acts, recorded_at=[now] * len(acts))


def _restrictions(apps: Apps, ids: list[UUID]) -> dict[UUID, str]:
    standing = apps.get_model("cases", "Restriction").objects.filter(case__in=ids, lifted_at=None)
    return dict(standing.values_list("case_id", "category"))


def _markings(apps: Apps, ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The markings of single entries, by the id of their case."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for one in apps.get_model("cases", "RaisedMarking").objects.filter(record__in=ids, number__gt=0):
        marked = {"number": one.number, "marking": one.marking, "level": one.level}
        found.setdefault(one.record, []).append(marked)
    return found


class Migration(migrations.Migration):
    dependencies = [("cases", "0025_reports_on_follow_ups"), ("ledger", "0005_kind")]
    operations = [migrations.RunPython(bring_forward, migrations.RunPython.noop)]
