"""Grants, exclusions, samples and duties follow from the entries of their own chains."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Model
from django.utils import timezone

from handrail.access import actions
from handrail.access.actions import KIND
from handrail.access.duty import end_duty, put_on_duty
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Exclusion, Grant, Sample
from handrail.access.rebuild import TABLES
from handrail.ledger.models import Chain
from handrail.ledger.rebuild import check, columns_of, differences
from handrail.organisations.duty import Duty
from handrail.organisations.tests.cast import Cast, make_cast

WHY = "Needed for the test"
RECORD = uuid4()


def yesterday() -> datetime:
    return timezone.now() - timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def by(cast: Cast) -> dict[str, Any]:
    return {"by": cast.supervisor, "post": cast.supervisor.current_posts[0], "reason": WHY}


def _grant(cast: Cast) -> Grant:
    until = timezone.now() + timedelta(days=3)
    return actions.give(RECORD, cast.fimu, GrantKind.INVITED, until=until, stages=["gateway"], **by(cast))


def _ended(cast: Cast) -> Grant:
    grant = _grant(cast)
    actions.end(grant, **by(cast))
    return grant


def _to_a_body(cast: Cast) -> Grant:
    until = timezone.now() + timedelta(days=3)
    return actions.give(RECORD, cast.council, GrantKind.INVITED, until=until, **by(cast))


def _exclusion(cast: Cast) -> Exclusion:
    return actions.exclude(RECORD, cast.fimu, **by(cast))


def _let_back(cast: Cast) -> Exclusion:
    exclusion = _exclusion(cast)
    actions.let_back(exclusion, **by(cast))
    return exclusion


def _sample(cast: Cast) -> Sample:
    until = timezone.now() + timedelta(days=3)
    return actions.draw([RECORD], cast.fimu, chosen="All of one", until=until, **by(cast))


def _duty(cast: Cast) -> Duty:
    now = timezone.now()
    force, hour = cast.force, timedelta(hours=1)
    return put_on_duty(force, cast.officer, "0113 496 0000", now + hour, now + 2 * hour, by=cast.supervisor)


def _cancelled(cast: Cast) -> Duty:
    duty = _duty(cast)
    end_duty(duty, by=cast.supervisor)
    return duty


Made = Callable[[Cast], Model]
MADE = (_grant, _ended, _to_a_body, _exclusion, _let_back, _sample, _duty, _cancelled)


@pytest.mark.parametrize("make", MADE)
def test_each_row_follows_from_its_entries(cast: Cast, make: Made) -> None:
    row = make(cast)
    report = check()
    assert report.differences == []
    assert report.compared == Chain.objects.count() >= 1
    assert type(row) in TABLES


@pytest.mark.parametrize(
    ("make", "changed"),
    [
        (_grant, {"stages": []}),
        (_grant, {"kind": GrantKind.OPENED}),
        (_grant, {"reason": "Another"}),
        (_ended, {"ended_by": None, "ended_at": None}),
        (_grant, {"ended_at": yesterday}),
        (_ended, {"ended_at": None}),
        (_exclusion, {"since": yesterday}),
        (_exclusion, {"reason": "Another"}),
        (_let_back, {"ended_by": None}),
        (_sample, {"chosen": "Otherwise"}),
        (_duty, {"telephone": "0113 496 0001"}),
    ],
)
def test_what_was_changed_without_an_entry_is_named(cast: Cast, make: Made, changed: dict[str, Any]) -> None:
    row = make(cast)
    changed = {key: value() if value is yesterday else value for key, value in changed.items()}
    type(row)._default_manager.filter(pk=row.pk).update(**changed)
    columns = {*columns_of(type(row))} & {name for key in changed for name in (key, f"{key}_id")}
    found = differences(KIND, [row.pk])
    assert {(one.record, one.table, one.column) for one in found} == {
        (f"chain {row.pk}", row._meta.db_table, column) for column in columns
    }
    assert found


@pytest.mark.parametrize("model", TABLES)
def test_a_row_that_no_entry_made_is_named(cast: Cast, model: type[Model]) -> None:
    make: Made = {Grant: _grant, Exclusion: _exclusion, Sample: _sample, Duty: _duty}[model]
    row = make(cast)
    row.pk = uuid4()
    if isinstance(row, Exclusion):
        row.person = cast.mash
    row.save(force_insert=True)
    [found] = check().differences
    assert (found.record, found.table) == (f"row {row.pk}", model._meta.db_table)
