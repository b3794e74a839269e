"""Drafts older than the kinds of record are recognised by their former columns."""

from importlib import import_module
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import connection

from handrail.records.drafts import Draft, DraftQuerySet

OLD = ("case_id", "matter_id", "beside_id", "submitted_case_id")
CASE, REGISTER_ENTRY, BESIDE, MADE = (uuid4() for _ in range(4))
# step, what its columns said, whether it was sent; then target kind and id, origin kind and id, what it made.
Told = tuple[str, UUID | None, str, UUID | None, UUID | None]
DRAFTS: list[tuple[str, dict[str, UUID], bool, Told]] = [
    ("allocate", {"case_id": CASE}, False, ("case", CASE, "", None, None)),
    ("allocate", {"case_id": CASE, "submitted_case_id": CASE}, True, ("case", CASE, "", None, CASE)),
    ("referral-on-behalf", {}, False, ("case", None, "", None, None)),
    ("referral-on-behalf", {"beside_id": BESIDE}, False, ("case", None, "case", BESIDE, None)),
    (
        "referral-on-behalf",
        {"matter_id": REGISTER_ENTRY, "submitted_case_id": MADE},
        True,
        ("case", None, "register-entry", REGISTER_ENTRY, MADE),
    ),
    ("advice", {}, False, ("register-entry", None, "", None, None)),
    (
        "advice",
        {"matter_id": REGISTER_ENTRY},
        True,
        ("register-entry", REGISTER_ENTRY, "", None, REGISTER_ENTRY),
    ),
    (
        "advice-second-look",
        {"matter_id": REGISTER_ENTRY},
        False,
        ("register-entry", REGISTER_ENTRY, "", None, None),
    ),
]


@pytest.mark.django_db
def test_each_old_draft_names_the_record_that_it_is_about() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_draft " + ", ".join(f"ADD COLUMN {name} uuid" for name in OLD))
    made = [arrange(step, said, sent=sent) for step, said, sent, _ in DRAFTS]
    apps = SimpleNamespace(get_model=lambda _room, _name: Draft)
    migration = import_module("handrail.cases.migrations.0027_drafts_of_any_kind")
    migration.fill(apps, SimpleNamespace(connection=connection))
    columns = ("target_kind", "target_id", "origin_kind", "origin_id", "made_id")
    rows: DraftQuerySet = Draft.objects.all()
    assert [rows.values_list(*columns).get(pk=pk) for pk in made] == [told for *_, told in DRAFTS]


def arrange(step: str, said: dict[str, UUID], *, sent: bool) -> UUID:
    draft = Draft.objects.create(pack_id="england-wales-2018", step_id=step, target_kind="-")
    with connection.cursor() as cursor:
        for column, id_ in said.items():
            cursor.execute(f"UPDATE cases_draft SET {column} = %s WHERE id = %s", [id_, draft.pk])
        cursor.execute(
            "UPDATE cases_draft SET submitted_at = CASE WHEN %s THEN now() END WHERE id = %s",
            [sent, draft.pk],
        )
    return draft.pk
