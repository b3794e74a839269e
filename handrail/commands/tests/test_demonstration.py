from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from handrail.cases.models import Case
from handrail.commands import app, installation
from handrail.commands.demonstration import size_of
from handrail.config.database import Role
from handrail.organisations.models import Person

pytestmark = pytest.mark.django_db
run = CliRunner()


@pytest.fixture(autouse=True)
def in_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works in the database of the test, not in that of an installation."""

    @contextmanager
    def opened(role: Role) -> Iterator[None]:
        yield

    monkeypatch.setattr(installation, "opened", opened)


def test_it_is_loaded_once() -> None:
    first = run.invoke(app, ["demo", "--size", "12"])
    assert first.exit_code == 0
    assert "12 referrals" in first.output
    again = run.invoke(app, ["demo", "--size", "12"])
    assert (again.exit_code, Case.objects.count()) == (0, 12)
    assert "loaded already" in again.output


def test_it_refuses_an_installation_with_people_of_its_own() -> None:
    Person.objects.create_user("somebody@example.org", "Somebody Real")
    said = run.invoke(app, ["demo", "--size", "12"])
    assert said.exit_code == 2
    assert "for an empty Handrail" in said.output


@pytest.mark.parametrize("size", ["0", "-5", "many", "1000001", ""])
def test_a_size_that_is_none_is_refused(size: str) -> None:
    said = run.invoke(app, ["demo", "--size", size])
    assert said.exit_code == 2
    assert "Give a number of referrals" in said.output


def test_the_nation_has_a_name_for_its_size() -> None:
    assert (size_of("nation"), size_of("small"), size_of("77")) == (13_000, 1_500, 77)
