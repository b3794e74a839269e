"""`handrail policy move`: thousands of cases by one command, with a report."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from handrail.cases.models import Case
from handrail.cases.steps.tests.test_steps import to_gateway
from handrail.cases.tests.cast import Cast, make_cast, take
from handrail.commands import app, installation
from handrail.config.database import Role

NEWER = "england-wales-2025"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def in_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works in the database of the test, not in that of an installation."""

    @contextmanager
    def opened(role: Role) -> Iterator[None]:
        yield

    monkeypatch.setattr(installation, "opened", opened)
    monkeypatch.delenv("HANDRAIL_BY", raising=False)


def move(by: str, *options: str, to: str = NEWER, reason: str = "In force.") -> Result:
    wanted = ["policy", "move", "--to", to, "--by", by, "--reason", reason, *options]
    return CliRunner().invoke(app, wanted)


def test_every_case_that_can_be_moved_is(cast: Cast) -> None:
    to_gateway(cast)
    said = move(cast.supervisor.email, "--dry-run")
    assert (said.exit_code, said.stdout) == (0, f"1 of 1 cases would be moved to {NEWER}.\n")
    assert move(cast.supervisor.email, "--force", cast.force.slug).exit_code == 0
    assert Case.objects.get().pack_id == NEWER
    assert "0 of 0 cases moved" in move(cast.supervisor.email).stdout


def test_what_cannot_be_moved_is_counted_by_reason_and_named_in_the_report(
    cast: Cast, tmp_path: Path
) -> None:
    case = to_gateway(cast)
    take(case, "gateway-assessment", cast.officer, outcome="channel")
    said = move(cast.supervisor.email, "--report", str(tmp_path / "report.csv"))
    assert said.exit_code == 1
    assert "1 not: “Gateway assessment” waits for sign-off first." in said.stdout
    assert case.reference in (tmp_path / "report.csv").read_text(encoding="utf-8")
    told = json.loads(move(cast.supervisor.email, "--json").stdout)
    assert (told["moved"], told["not_moved"][0]["reference"]) == (0, case.reference)


def test_what_cannot_be_done_ends_with_status_2(cast: Cast) -> None:
    to_gateway(cast)
    supervisor = cast.supervisor.email
    for refused in (
        move(cast.officer.email),
        move("nobody@example.org"),
        move(supervisor, to="nowhere"),
        move(supervisor, "--force", "nowhere"),
        move(supervisor, reason=" "),
        move(supervisor, "--report", "/nowhere/report.csv"),
    ):
        assert refused.exit_code == 2, refused.output
