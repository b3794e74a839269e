import signal
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from handrail.commands.children import environment_of
from handrail.config import database
from handrail.config.database import ROLES, Role


@pytest.fixture(autouse=True)
def server_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HANDRAIL_HOME", str(tmp_path))
    monkeypatch.setenv(
        "DATABASE_URL", "postgresql://keeper:of-the-keeper@db.example:5433/records?sslmode=require"
    )
    for role in ROLES:
        monkeypatch.setenv(f"HANDRAIL_{role.upper()}_PASSWORD", f"{role}-q8Zk2vXn4Ltw7RpYb3")


@pytest.mark.parametrize("role", ROLES)
def test_a_child_gets_the_secrets_of_its_own_role_only(role: Role) -> None:
    given = " ".join(environment_of(role).values())
    assert "of-the-keeper" not in given
    assert {each for each in ROLES if f"{each}-q8Zk2vXn4Ltw7RpYb3" in given} == {role}


@pytest.mark.parametrize("role", ROLES)
def test_a_child_finds_the_same_database_in_its_role(role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    given = environment_of(role)
    for name in ("DATABASE_URL", "HANDRAIL_DATABASE_ROLE", f"HANDRAIL_{role.upper()}_PASSWORD"):
        monkeypatch.setenv(name, given[name])
    found = database.parameters(database.role())
    assert found == database.OVER_A_NETWORK | {
        **conninfo_to_dict("postgresql://db.example:5433/records?sslmode=require"),
        "user": role.login,
        "password": f"{role}-q8Zk2vXn4Ltw7RpYb3",
    }


def test_a_child_that_heeds_no_word_is_killed_once_its_parent_is_gone() -> None:
    deaf = (
        "import signal, time; from handrail.commands import serve; serve.UNHEEDED = 1;"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); serve.stop_with_parent(); time.sleep(600)"
    )
    child = subprocess.Popen([sys.executable, "-c", deaf], stdin=subprocess.PIPE)
    child.communicate(timeout=300)
    assert child.returncode == -signal.SIGKILL
