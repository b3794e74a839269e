"""Summaries are compared with the entries that made them; what was erased with its entry is no difference."""

from uuid import UUID

import pytest
from django.db import connection

from handrail.access import context
from handrail.cases.disclosure import comparing, summary_actions
from handrail.cases.models.summary import Summary
from handrail.cases.tests.cast import Cast, refer
from handrail.cases.tests.staff import again
from handrail.ledger.models import Entry
from handrail.records import comparing as levels

TABLE = Summary._meta.db_table


@pytest.fixture
def summary(cast: Cast) -> Summary:
    case = refer(cast)
    by = again(cast.supervisor)
    with context.asking(by):
        return summary_actions.summarise(case.pk, by=by, title="For the council", numbers=[1])


def found() -> list[str]:
    return [str(one) for one in (*comparing.differences(), *levels.differences())]


def erase(chain: UUID) -> None:
    """Erase the content of an entry, as its owner can; no act does so yet."""
    entry = Entry.objects.get(chain=chain)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE ledger_content DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM ledger_content WHERE entry_id = %s", [entry.pk])


def test_one_that_is_changed_or_gone_is_named(summary: Summary) -> None:
    assert found() == []
    Summary.objects.filter(pk=summary.pk).update(text="Something else")
    assert found() == [f"row {summary.pk}: {TABLE}.text is not what the entries say"]
    Summary.objects.filter(pk=summary.pk).delete()
    assert found() == [f"row {summary.pk}: {TABLE} has a row too many or too few"]


def test_one_that_was_erased_with_its_entry_is_not_named(summary: Summary) -> None:
    Summary.objects.filter(pk=summary.pk).delete()
    assert len(found()) == 1
    erase(summary.pk)
    assert found() == []


def test_one_that_outlives_its_entry_is_named(summary: Summary) -> None:
    erase(summary.pk)
    assert found() == [f"row {summary.pk}: {TABLE} has it, and its entry was erased"]


def test_no_level_of_what_was_erased_is_asked_for(summary: Summary) -> None:
    erase(summary.case_id)
    assert found() == []
