"""Every way of writing a row leaves a row of history: nothing bypasses the triggers."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.subjects.models import Subject

SQL = "UPDATE cases_case SET pack_id = 'raw' WHERE id = %s"


@pytest.fixture
def case(transactional_db: None) -> Case:
    cast: Cast = make_cast()
    return refer(cast)


def versions(case: Case) -> int:
    return int(apps.get_model("cases", "CaseEvent").objects.filter(pgh_obj_id=case.pk).count())


def by_save(case: Case) -> None:
    case.pack_id = "saved"
    case.save(update_fields=["pack_id"])


def by_update(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(pack_id="updated")


def by_bulk_update(case: Case) -> None:
    case.pack_id = "bulk"
    Case.objects.bulk_update([case], ["pack_id"])


def by_raw_sql(case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SQL, [case.pk])


@pytest.mark.parametrize("write", [by_save, by_update, by_bulk_update, by_raw_sql])
def test_a_change_through_django_leaves_history(case: Case, write: Callable[[Case], None]) -> None:
    before = versions(case)
    write(case)
    assert versions(case) == before + 1


def test_a_change_by_the_worker_leaves_history(case: Case, jobs_connection: psycopg.Connection[Any]) -> None:
    before = versions(case)
    jobs_connection.execute(SQL, [case.pk])
    assert versions(case) == before + 1


def test_a_change_by_a_migration_leaves_history(
    case: Case, owner_connection: psycopg.Connection[Any]
) -> None:
    before = versions(case)
    owner_connection.execute(SQL, [case.pk])
    assert versions(case) == before + 1


def test_what_is_made_leaves_history_one_by_one_and_many_at_once(case: Case) -> None:
    history = apps.get_model("subjects", "SubjectEvent").objects
    before = history.count()
    Subject.described({"family_name": "One"}).save()
    Subject.objects.bulk_create([Subject.described({"family_name": "Two"}), Subject.described({})])
    assert history.count() == before + 3


@pytest.mark.parametrize(
    "statement", ["UPDATE cases_caseevent SET stage_id = 'x'", "DELETE FROM cases_caseevent"]
)
def test_history_itself_cannot_be_changed_by_the_web(
    case: Case, web_connection: psycopg.Connection[Any], statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web_connection.execute(statement)
