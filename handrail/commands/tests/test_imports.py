import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handrail.cases.imports.tests.conftest import MakeFile, cast, make_file
from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast
from handrail.commands import app, installation
from handrail.config.database import Role

__all__ = ["cast", "make_file"]

run = CliRunner()


@pytest.fixture(autouse=True)
def in_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works in the database of the test, not in that of an installation."""

    @contextmanager
    def opened(role: Role) -> Iterator[None]:
        yield

    monkeypatch.setattr(installation, "opened", opened)
    monkeypatch.delenv("HANDRAIL_BY", raising=False)


def test_well_rows_end_with_status_0(cast: Cast, make_file: MakeFile) -> None:
    said = run.invoke(app, ["import", "referrals", str(make_file({})), "--by", cast.supervisor.email])
    assert said.exit_code == 0
    assert "1 rows: 1 imported, 0 already there, 0 with errors." in said.output


def test_wrong_rows_end_with_status_1_and_are_named(cast: Cast, make_file: MakeFile) -> None:
    said = run.invoke(
        app, ["import", "referrals", str(make_file({"gender": "?"})), "--by", cast.supervisor.email.upper()]
    )
    assert said.exit_code == 1
    assert "Row 2, gender: This is not one of the answers" in said.output
    assert not Case.objects.exists()


def test_the_address_may_come_from_the_environment(
    cast: Cast, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_BY", cast.supervisor.email)
    said = run.invoke(app, ["import", "referrals", str(make_file({})), "--dry-run"])
    assert said.exit_code == 0
    assert "1 would be imported" in said.output
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("", "Say who imports"),
        ("nobody@example.org", "Nobody here has the address"),
        ("jo.bird@example.org", "No post of yours takes referrals"),
    ],
)
def test_without_somebody_who_may_it_ends_with_status_2(
    cast: Cast, make_file: MakeFile, by: str, message: str
) -> None:
    said = run.invoke(app, ["import", "referrals", str(make_file({})), "--by", by])
    assert said.exit_code == 2
    assert message in said.output


def test_a_file_that_is_not_there_ends_with_status_2_also_for_a_machine(cast: Cast, tmp_path: Path) -> None:
    arguments = ["import", "referrals", str(tmp_path / "no.csv"), "--by", cast.supervisor.email, "--json"]
    said = run.invoke(app, arguments)
    assert said.exit_code == 2
    assert "cannot be opened" in json.loads(said.stdout)["error"]


def test_a_machine_reads_counts_and_errors(cast: Cast, make_file: MakeFile) -> None:
    path = make_file({}, {"source_reference": "B-2", "harm": "perhaps"})
    said = run.invoke(app, ["import", "referrals", str(path), "--by", cast.supervisor.email, "--json"])
    report = json.loads(said.stdout)
    assert (said.exit_code, report["rows"], report["imported"], report["wrong"]) == (1, 2, 1, 1)
    assert [(error["row"], error["column"]) for error in report["errors"]] == [(3, "harm")]


def test_wrong_rows_are_written_to_the_named_file(cast: Cast, make_file: MakeFile, tmp_path: Path) -> None:
    errors = tmp_path / "wrong.csv"
    path = make_file({"harm": "perhaps"})
    arguments = ["import", "referrals", str(path), "--by", cast.supervisor.email, "--errors", str(errors)]
    said = run.invoke(app, arguments)
    assert said.exit_code == 1
    assert "handrail-errors" in errors.read_text(encoding="utf-8-sig")
