"""`handrail ledger rebuild` and `verify --everything`: what they say, and with which exit status."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner, Result

from handrail.cases.engine.rebuild import PROJECTION
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer, take
from handrail.commands import app, installation
from handrail.config.database import Role
from handrail.ledger import rebuild as ledger_rebuild
from handrail.ledger.rebuild import register


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def in_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works in the database of the test, not in that of an installation."""

    @contextmanager
    def opened(role: Role) -> Iterator[None]:
        assert role is Role.JOBS
        yield

    monkeypatch.setattr(installation, "opened", opened)


def rebuild(*options: str) -> Result:
    return CliRunner().invoke(app, ["ledger", "rebuild", *options])


def verify(*options: str) -> Result:
    return CliRunner().invoke(app, ["ledger", "verify", *options])


def test_it_says_how_many_cases_follow_from_their_entries(cast: Cast) -> None:
    refer(cast)
    said = rebuild("--check")
    assert (said.exit_code, said.stdout.splitlines()[0]) == (
        0,
        "1 records compared with their entries, 0 differences.",
    )


def test_each_difference_is_named_by_case_table_and_column_and_by_nothing_else(cast: Cast) -> None:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.fimu)
    said = rebuild("--check")
    assert said.exit_code == 1
    assert f"{case.reference}: cases_case.owner_id is not what the entries say\n" in said.stdout
    assert "1 differences" in said.stdout
    for word in (cast.fimu.name, str(cast.fimu.pk), str(case.pk), case.called):
        assert word not in said.stdout


def test_verifying_everything_names_what_is_stored_otherwise(cast: Cast) -> None:
    case = refer(cast)
    clean = verify("--everything")
    assert (clean.exit_code, "1 records, documents and the log of reads" in clean.stdout) == (0, True)
    Case.objects.filter(pk=case.pk).update(owner=cast.fimu)
    said = verify("--everything", "--json")
    assert said.exit_code == 1
    found = json.loads(said.stdout)
    assert found["differences"] == [f"{case.reference}: cases_case.owner_id is not what the entries say"]
    assert (found["findings"], found["entries"]) == ([], 1)


def test_verifying_everything_without_heads_where_some_were_named_cannot_run(
    cast: Cast, tmp_path: Path
) -> None:
    assert verify("--everything", "--heads", str(tmp_path)).exit_code == 2


def test_it_overwrites_nothing(cast: Cast) -> None:
    said = rebuild()
    assert (said.exit_code, said.stdout) == (2, "")


def test_since_an_earlier_check_it_compares_what_was_written_with_an_entry_or_without(
    transactional_db: None, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Tests beside this one keep transactions open in other databases of the server, which hold back the
    # moment from which a later check compares. Here nothing else writes.
    monkeypatch.setattr(ledger_rebuild, "now", next_transaction)
    one, other, untouched = (refer(cast) for _ in range(3))
    moment = rebuild("--check").stdout.split()[-1]
    assert "0 records compared" in rebuild("--check", "--since", moment).stdout
    take(other, "allocate", cast.supervisor, owner=str(cast.officer.pk))
    assert (
        "1 records compared with their entries, 0 differences" in rebuild("--check", "--since", moment).stdout
    )
    Case.objects.filter(pk=one.pk).update(owner=cast.fimu)
    said = rebuild("--check", "--since", moment)
    assert (said.exit_code, said.stdout.splitlines()[:2]) == (
        1,
        [
            f"{one.reference}: cases_case.owner_id is not what the entries say",
            "2 records compared with their entries, 1 differences.",
        ],
    )
    assert untouched.reference not in said.stdout


def next_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        return int(cursor.fetchone()[0])


def test_since_a_moment_that_has_not_come_nothing_is_said_to_be_right(cast: Cast) -> None:
    said = rebuild("--check", "--since", "1000000000000")
    assert (said.exit_code, said.stdout) == (2, "")


def test_a_table_is_compared_by_one_projection_only() -> None:
    with pytest.raises(ValueError, match="compared already"):
        register(replace(PROJECTION, kind="another"))
    register(PROJECTION)
