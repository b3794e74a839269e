import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handrail.cases.conftest import cast
from handrail.cases.imports.tests.conftest import MakeFile, make_file
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


def test_what_it_sets_in_motion_is_said_before_anything_is_written(cast: Cast, make_file: MakeFile) -> None:
    arguments = ["import", "referrals", str(make_file({})), "--by", cast.supervisor.email]
    dry, real = run.invoke(app, [*arguments, "--dry-run"]), run.invoke(app, arguments)
    for said in (dry, real):
        assert "1 cases to open: " in said.output
        assert " notices to " in said.output
        assert "With --back-record nobody is told" in said.output
        assert said.output.index("cases to open") < said.output.index("1 rows:")
    assert Case.objects.count() == 1


def test_a_back_record_is_taken_over_and_said_to_be_one(cast: Cast, make_file: MakeFile) -> None:
    arguments = ["import", "referrals", str(make_file({})), "--by", cast.supervisor.email, "--back-record"]
    said = run.invoke(app, arguments)
    assert (said.exit_code, "The next round brings 0 notices to 0 people" in said.output) == (0, True)
    assert Case.objects.get().taken_over_on


def test_a_machine_reads_what_it_sets_in_motion(cast: Cast, make_file: MakeFile) -> None:
    arguments = ["import", "referrals", str(make_file({})), "--by", cast.supervisor.email, "--json"]
    report = json.loads(run.invoke(app, arguments).stdout)
    assert report["late_tasks"] > 0
    assert report["notices"] > 0
    assert report["people_told"] > 0
    assert "notices" not in json.loads(run.invoke(app, [*arguments, "--yes"]).stdout)


def test_somebody_at_a_terminal_is_asked_first(
    cast: Cast, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handrail.commands.imports.at_a_terminal", lambda: True)
    arguments = ["import", "referrals", str(make_file({})), "--by", cast.supervisor.email]
    said = run.invoke(app, arguments, input="n\n")
    assert (said.exit_code, "Nothing was imported." in said.output) == (2, True)
    assert not Case.objects.exists()
    assert run.invoke(app, arguments, input="y\n").exit_code == 0
    assert Case.objects.exists()


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"source_reference": "b 1"}, "may be the same as “B-1”"),
        ({"family-name": "Corrected"}, "differs in: family-name"),
    ],
)
def test_a_reference_that_is_there_with_something_else_ends_with_status_1(
    cast: Cast, make_file: MakeFile, second: dict[str, str], message: str
) -> None:
    by = ["--by", cast.supervisor.email]
    run.invoke(app, ["import", "referrals", str(make_file({})), *by])
    said = run.invoke(app, ["import", "referrals", str(make_file(second)), *by])
    assert (said.exit_code, message in said.output) == (1, True)
    assert Case.objects.count() == 1


def test_a_file_that_ends_inside_a_cell_ends_with_status_2_and_its_line(
    cast: Cast, make_file: MakeFile
) -> None:
    path = make_file({}, {"source_reference": "B-2"})
    path.write_text(path.read_text().replace("no\nB-2", '"no\nB-2'), encoding="utf-8")
    said = run.invoke(app, ["import", "referrals", str(path), "--by", cast.supervisor.email])
    assert (said.exit_code, "begins in line 2" in said.output) == (2, True)
    assert not Case.objects.exists()


def test_options_say_which_sheet_and_what_of_hidden_rows_and_which_order(
    cast: Cast, make_file: MakeFile
) -> None:
    arguments = ["import", "referrals", str(make_file({"date-of-birth": "3/27/2008"})), "--by"]
    words = ["--dates", "month-first", "--hidden", "leave-out", "--sheet", "Any"]
    assert run.invoke(app, [*arguments, cast.supervisor.email, *words]).exit_code == 0
