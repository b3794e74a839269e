"""`handrail ledger rebuild`: what it says, and with which exit status."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner, Result

from handrail.cases.models import Case
from handrail.cases.tests.cast import Cast, make_cast, refer
from handrail.commands import app, installation
from handrail.config.database import Role


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


def test_it_says_how_many_cases_follow_from_their_entries(cast: Cast) -> None:
    refer(cast)
    said = rebuild("--check")
    assert (said.exit_code, said.stdout) == (0, "1 cases folded from their entries, 0 differences.\n")


def test_each_difference_is_named_by_case_table_and_column_and_by_nothing_else(cast: Cast) -> None:
    case = refer(cast)
    Case.objects.filter(pk=case.pk).update(owner=cast.fimu)
    said = rebuild("--check")
    assert said.exit_code == 1
    assert f"{case.reference}: cases_case.owner_id is not what the entries say\n" in said.stdout
    assert "1 differences" in said.stdout
    for word in (cast.fimu.name, str(cast.fimu.pk), str(case.pk), case.called):
        assert word not in said.stdout


def test_it_overwrites_nothing(cast: Cast) -> None:
    said = rebuild()
    assert (said.exit_code, said.stdout) == (2, "")
