"""`handrail policy diff` and `check`: what they say, and their exit status."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from typer.testing import CliRunner, Result

from handrail.commands import app
from handrail.policy.tests.small_pack import write


def diff(older: Path, newer: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["policy", "diff", str(older), str(newer), *options])


def two(folder: Path) -> tuple[Path, Path]:
    """Write the small pack, and a copy with a shorter limit."""
    older = write(folder / "older")
    return older, write(folder / "newer", "limits.toml", "working_days = 5", "working_days = 3")


def test_two_packs_that_say_the_same_end_well(tmp_path: Path) -> None:
    older, _ = two(tmp_path)
    result = diff(older, older)
    assert (result.exit_code, result.stdout) == (0, "“Small” and “Small” say the same.\n")


def test_what_changed_is_told_in_words_and_by_the_exit_status(tmp_path: Path) -> None:
    result = diff(*two(tmp_path))
    assert result.exit_code == 1
    assert "Now within 3 working days instead of 5 working days: shorter." in result.stdout


def test_a_machine_reads_the_same(tmp_path: Path) -> None:
    result = diff(*two(tmp_path), "--json")
    said = json.loads(result.stdout)
    assert (result.exit_code, said["same"], len(said["changes"])) == (1, False, 1)
    assert said["changes"][0]["about"] == "Decision"


def test_it_writes_a_page(tmp_path: Path) -> None:
    assert diff(*two(tmp_path), "--out", str(tmp_path / "page.html")).exit_code == 1
    assert "Now within 3 working days" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_pack_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    older, newer = two(tmp_path)
    (newer / "stages.toml").write_text("[[stages]]\nid = 3\n", encoding="utf-8")
    for pair in ((older, newer), (older, tmp_path / "nowhere")):
        assert diff(*pair).exit_code == 2
    assert diff(older, older, "--out", str(tmp_path / "no" / "page.html")).exit_code == 2


def test_a_misspelt_name_of_what_code_gives_is_refused(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    shutil.copytree(settings.PACKS, packs)
    folder = packs / "england-wales-2018"
    assert CliRunner().invoke(app, ["policy", "check", str(folder)]).exit_code == 0
    forms = folder / "follow-up.toml"
    asked = forms.read_text(encoding="utf-8")
    forms.write_text(
        asked.replace('members = "case-colleagues"', 'members = "case-coleagues"'), encoding="utf-8"
    )
    result = CliRunner().invoke(app, ["policy", "check", str(folder)])
    assert result.exit_code == 1
    assert "follow-up.toml: forms[" in result.stdout
    assert "names “case-coleagues”, which nothing here knows. There are: case-colleagues, " in result.stdout


def test_a_pack_is_checked_without_a_database(tmp_path: Path) -> None:
    """In a process of its own, in which no room is loaded yet."""
    command = [
        sys.executable,
        "-m",
        "handrail",
        "policy",
        "check",
        str(Path(settings.PACKS) / "england-wales-2018"),
    ]
    bare = {
        "PATH": os.environ["PATH"],
        "HANDRAIL_HOME": str(tmp_path),
        "DATABASE_URL": "postgresql:///nowhere",
    }
    done = subprocess.run(command, env=bare, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert "is sound" in done.stdout


def test_a_role_that_handrail_does_not_have_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["policy", "check", str(write(tmp_path))])
    assert result.exit_code == 1
    assert "roles[officer]: Handrail has no such role. There are:" in result.stdout
