"""The units of systemd run commands that there are, and take from each process what it does not need."""

from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from handrail.commands import app

UNITS = sorted((Path(__file__).parents[1] / "deploy" / "systemd").glob("*.service"))
TAKEN = {
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "UMask=0077",
    "StandardInput=null",
}


def lines(unit: Path) -> list[str]:
    return [line for line in unit.read_text().splitlines() if line and not line.startswith("#")]


def test_there_is_a_unit_for_each_part_and_for_all_of_it() -> None:
    assert {unit.stem for unit in UNITS} == {
        "handrail",
        "handrail-prepare",
        "handrail-web",
        "handrail-worker",
    }


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_runs_a_command_of_handrail_and_is_hardened(unit: Path) -> None:
    [command] = [line.removeprefix("ExecStart=") for line in lines(unit) if line.startswith("ExecStart=")]
    program, name = command.split()
    assert program == "/opt/handrail/bin/handrail"
    commands = get_command(app)
    assert isinstance(commands, TyperGroup)
    assert name in commands.commands
    assert set(lines(unit)) >= TAKEN


@pytest.mark.parametrize(
    "unit", [unit for unit in UNITS if "prepare" not in unit.stem], ids=lambda unit: unit.stem
)
def test_what_dies_is_started_again(unit: Path) -> None:
    assert {"Restart=always", "Restart=on-failure"} & set(lines(unit))


def test_the_web_cannot_read_the_key_that_signs_heads() -> None:
    web = lines(next(unit for unit in UNITS if unit.stem == "handrail-web"))
    assert "InaccessiblePaths=-/var/lib/handrail/keys" in web
    assert not [line for line in web if "prepare.env" in line or "worker.env" in line]
