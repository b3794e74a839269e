import re

import pytest
from typer.testing import CliRunner

from handrail.commands import app

run = CliRunner()


def test_help_says_what_it_is_and_where_state_lives() -> None:
    said = run.invoke(app, ["--help"])
    assert said.exit_code == 0
    assert "Case management for the police" in said.output
    assert "HANDRAIL_HOME" in said.output
    assert "Exit status" in said.output


def test_what_handrail_runs_for_itself_is_not_listed() -> None:
    listed = re.findall(r"│ ([a-z-]+) ", run.invoke(app, ["--help"]).output)
    assert "up" in listed
    assert not {"manage", "run-prepare", "run-web", "run-jobs"} & set(listed)


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1"])
def test_an_expected_failure_is_one_sentence_and_exit_status_2(
    monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    monkeypatch.setenv("HANDRAIL_PORT", port)
    said = run.invoke(app, ["up"])
    assert said.exit_code == 2
    assert f"HANDRAIL_PORT is {port!r}: give a number from 1 to 65535." in said.output
    assert "Traceback" not in said.output


def test_a_command_that_does_not_exist_is_refused_with_exit_status_2() -> None:
    assert run.invoke(app, ["upp"]).exit_code == 2
