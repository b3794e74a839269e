"""Register entries and their deadlines follow from the entries of their chains."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from handrail.cases.documents.tests.adding import add as add_document
from handrail.cases.models.marking import RaisedMarking
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry
from handrail.cases.registers.rebuild import TABLES
from handrail.cases.registers.tests.telling import add, advise, begin
from handrail.cases.registers.tests.test_marking import POLICE, mark
from handrail.cases.tests.cast import Cast
from handrail.ledger.rebuild import check, columns_of
from handrail.records.marking import WHOLE


@pytest.fixture
def register_entry(cast: Cast) -> RegisterEntry:
    """Return an entry that was decided, looked at again, and of which a decision waits."""
    register_entry = advise(cast.officer, "referral-advised")
    add(register_entry, "advice-followed", cast.officer, outcome="not-referred")
    add(register_entry, "advice-followed-second-look", cast.supervisor, outcome="should-be-referred")
    return register_entry


def test_each_sort_follows_from_its_ledger_entries(register_entry: RegisterEntry, cast: Cast) -> None:
    advise(cast.officer)
    disruption = begin("disruption", cast.officer, outcome="done")
    add(disruption, "disruption-effect", cast.lead, outcome="done", effect="The booking was withdrawn.")
    report = check()
    assert (report.compared, report.differences) == (3, [])
    assert RegisterDeadline.objects.filter(ended=None).exists()
    assert RegisterDeadline.objects.exclude(ended=None).exists()


def test_markings_and_documents_follow_as_well(register_entry: RegisterEntry, cast: Cast) -> None:
    before = RegisterEntry.objects.values("taken", "decided", "pending_step").get()
    for number in (WHOLE, 1):
        mark(register_entry, number, cast.supervisor)
    add_document(register_entry, cast.officer, marking=POLICE)
    assert check().differences == []
    assert RegisterEntry.objects.values("taken", "decided", "pending_step").get() == before
    RegisterEntry.objects.update(level=0)
    RaisedMarking.objects.filter(number=1).delete()
    columns = {(one.table, one.column) for one in check().differences}
    assert columns == {("cases_matter", "level"), ("cases_raisedmarking", "")}


@pytest.mark.parametrize(
    ("model", "changed"),
    [
        (RegisterEntry, {"decided": "another"}),
        (RegisterEntry, {"kind": "another"}),
        (RegisterEntry, {"begun_on": date(2020, 1, 1)}),
        (RegisterEntry, {"version": 9}),
        (RegisterEntry, {"taken": []}),
        (RegisterDeadline, {"due": date(2099, 1, 1)}),
        (RegisterDeadline, {"lapsed": True}),
    ],
)
def test_what_was_changed_without_an_entry_is_named(
    register_entry: RegisterEntry, model: type[Model], changed: dict[str, Any]
) -> None:
    row = model._default_manager.first()
    assert row
    model._default_manager.filter(pk=row.pk).update(**changed)
    found = check().differences
    assert [(one.record, one.table, one.column) for one in found] == [
        (register_entry.reference, model._meta.db_table, *changed)
    ]
    assert {*changed} <= {*columns_of(model)}


def test_a_deadline_that_is_missing_is_named(register_entry: RegisterEntry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_recorddeadline WHERE record = %s", [register_entry.pk])
        assert cursor.rowcount
        gone = cursor.rowcount
    found = check().differences
    assert [(one.record, one.table, one.column) for one in found] == [
        (register_entry.reference, "records_recorddeadline", "")
    ] * gone
    assert RegisterDeadline in TABLES
