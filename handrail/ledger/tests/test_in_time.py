"""The time of an entry: refused where a serving role writes another than now, and named by the verifier."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from handrail.ledger import record, verify
from handrail.ledger.canonical import WRITTEN_AT
from handrail.ledger.examine import What
from handrail.ledger.models import Entry
from handrail.ledger.record import append, append_many
from handrail.ledger.seal import seal
from handrail.ledger.tests.acts import act

LONG_AGO = timedelta(days=200)


@contextmanager
def acting_as(login: str) -> Iterator[None]:
    own = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = login
    yield
    connection.close()
    connection.settings_dict["USER"] = own


def forge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write past times without saying so, as whoever owns the database can."""
    monkeypatch.setattr(record, "told_later", lambda act, at, now: act)


def write(chain: UUID, *times: datetime) -> None:
    with transaction.atomic():
        append_many([act(chain, happened_at=at) for at in times], recorded_at=times)


def found(admin: psycopg.Connection[Any]) -> list[tuple[str | None, int | None, What]]:
    return [(f.chain, f.number, f.what) for f in verify.verify(admin).findings]


@pytest.mark.parametrize("login", ["handrail_web", "handrail_jobs"])
@pytest.mark.parametrize("away", [-LONG_AGO, -timedelta(hours=2), timedelta(hours=2), LONG_AGO], ids=str)
@pytest.mark.django_db(transaction=True)
def test_who_serves_records_as_of_now_alone(login: str, away: timedelta, monkeypatch: Any) -> None:
    forge(monkeypatch)
    own, now = uuid4(), timezone.now()
    with acting_as(login), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('handrail.person', %s, true)", [str(own)])
        said = act(kind="access", act="role-given", actor=own, happened_at=now + away)
        with pytest.raises(IntegrityError, match="is not recorded as of now"), transaction.atomic():
            append(said, recorded_at=now + away)
        if login == "handrail_jobs":
            append(act(kind="access"), recorded_at=now)
    assert Entry.objects.count() == (login == "handrail_jobs")


@pytest.mark.django_db
def test_what_is_told_later_says_so_in_its_content() -> None:
    now = timezone.now()
    with transaction.atomic():
        (said,) = append_many([act(happened_at=now - LONG_AGO)], recorded_at=[now - LONG_AGO])
        told = append(act(happened_at=now - LONG_AGO), recorded_at=now - LONG_AGO)
        plain = append(act())
    contents = [Entry.objects.get(pk=pk).content.content for pk in (said, told.pk, plain.pk)]
    assert [WRITTEN_AT in content for content in contents] == [True, True, False]
    assert datetime.fromisoformat(contents[0][WRITTEN_AT]) >= now


def test_an_entry_dated_before_the_one_before_it_is_named(
    admin_connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, now = uuid4(), timezone.now()
    forge(monkeypatch)
    write(chain, now - LONG_AGO, now - LONG_AGO - timedelta(hours=2), now - LONG_AGO, now)
    assert found(admin_connection) == [(str(chain), 2, What.BACK_DATED)]


def test_an_entry_dated_before_a_head_that_does_not_have_it_is_named(
    admin_connection: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first, later, honest = uuid4(), uuid4(), uuid4()
    write(first, timezone.now())
    seal(timezone.now(), tmp_path)
    write(honest, timezone.now() - LONG_AGO)
    assert found(admin_connection) == []
    forge(monkeypatch)
    write(later, timezone.now() - LONG_AGO)
    seal(timezone.now(), tmp_path)
    assert found(admin_connection) == [(str(later), 1, What.BACK_DATED)]
    report = verify.verify(admin_connection)
    assert report.told_later == 1
    assert "1 say that they were written later than they are dated" in list(report.lines())


def test_an_entry_dated_ahead_is_named(admin_connection: psycopg.Connection[Any]) -> None:
    chain = uuid4()
    write(chain, timezone.now() + timedelta(hours=1))
    assert found(admin_connection) == [(str(chain), 1, What.DATED_AHEAD)]


def test_an_entry_that_nobody_seals_is_told_after_a_quarter_of_an_hour(
    admin_connection: psycopg.Connection[Any],
) -> None:
    write(uuid4(), timezone.now())
    admin_connection.execute("ALTER TABLE ledger_unsealed DISABLE TRIGGER USER")
    admin_connection.execute("UPDATE ledger_unsealed SET since = since - interval '14 minutes'")
    assert found(admin_connection) == []
    admin_connection.execute("UPDATE ledger_unsealed SET since = since - interval '2 minutes'")
    assert found(admin_connection) == [(None, None, What.SEALING_LATE)]
