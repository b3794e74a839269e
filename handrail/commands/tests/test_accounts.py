from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from handrail.cases.tests.cast import Cast, make_cast
from handrail.commands import app, installation
from handrail.commands.accounts import Vetted
from handrail.config.database import Role
from handrail.organisations.vetting import Vetting
from handrail.sign_in.models import Link

run = CliRunner()
NEW = ["account", "create", "--name", "Ada Moss", "--email", "ada@example.org", "--organisation"]


@pytest.fixture(autouse=True)
def in_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command works in the database of the test, not in that of an installation."""

    @contextmanager
    def opened(role: Role) -> Iterator[None]:
        yield

    monkeypatch.setattr(installation, "opened", opened)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_the_first_account_is_made_and_its_link_printed(cast: Cast) -> None:
    said = run.invoke(app, [*NEW, "borsetshire-police", "--role", "administrator"])
    assert said.exit_code == 0
    assert "http://localhost:8000/sign-in/link/" in said.output
    assert Link.objects.open().get().person.email == "ada@example.org"


def test_every_level_of_vetting_but_none_can_be_said() -> None:
    assert {level.name for level in Vetted} == {level.name for level in Vetting} - {"NONE"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([*NEW, "nowhere"], "There is no organisation 'nowhere'"),
        (["account", "link", "nobody@example.org"], "No open account has the address"),
    ],
)
def test_what_cannot_be_ends_with_status_2(cast: Cast, given: list[str], said: str) -> None:
    done = run.invoke(app, given)
    assert done.exit_code == 2
    assert said in done.output


def test_a_new_link_is_printed_for_whoever_lost_everything(cast: Cast) -> None:
    done = run.invoke(app, ["account", "link", cast.officer.email, "--forget-factors"])
    assert done.exit_code == 0
    assert "/sign-in/link/" in done.output
