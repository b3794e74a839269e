"""What a command leaves behind is for its owner alone, whatever the umask of the shell."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handrail.commands import app


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """Begin with a umask that lets everybody read, and put back that of the tests."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.usefixtures("open_to_all")
def test_a_command_makes_files_and_folders_for_its_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "before").touch()
    assert mode(tmp_path / "before") == 0o644
    CliRunner().invoke(app, ["policy", "check", str(tmp_path)])
    (tmp_path / "after").touch()
    (tmp_path / "folder").mkdir()
    assert (mode(tmp_path / "after"), mode(tmp_path / "folder")) == (0o600, 0o700)
