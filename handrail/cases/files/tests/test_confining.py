"""Hostile code in the inspecting process finds nothing to take: no file, network, database or process."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from handrail.cases.files import inspecting
from handrail.cases.files.checks import WITHOUT, lacking_walls
from handrail.cases.files.inside import confining
from handrail.cases.files.inspecting import walls

# What stolen code would try, and which of the walls refuse it, each without the others.
ALL = ("no network", "another user", "no files", "no calls")
TRIES = {
    "open a socket": ("socket.socket().connect(('127.0.0.1', PORT))", ("no network", "no calls")),
    "make a socket at all": ("socket.socket(socket.AF_UNIX)", ("no calls",)),
    "read the key": ("open(KEY).read()", ("another user", "no files", "no calls")),
    "write a file": ("os.open(KEY + '.stolen', os.O_CREAT)", ("another user", "no files", "no calls")),
    "list a folder": ("os.listdir('/')", ("no files", "no calls")),
    "fork": ("os.fork() or os._exit(0)", ("another user", "no calls")),
    "start a program": ("os.execv('/bin/true', ['true'])", ("no files", "no calls")),
    "signal its parent": ("os.kill(os.getppid(), 0)", ("another user", "no calls")),
}  # fmt: skip
BEGUN = """
import json, os, socket, sys
from handrail.cases.files import inspecting
from handrail.cases.files.checks import WITHOUT, lacking_walls
from handrail.cases.files.inside import confining
for name in (confining.WALLS, confining.LAST_WALLS):
    for wall in [each for each in name if each not in WANTED]:
        del name[wall]
held = confining.confine(5)
done = []
try:
    TRIED
    done.append("done")
except (OSError, BlockingIOError) as refused:
    done.append(type(refused).__name__)
os.write(1, json.dumps([held, *done]).encode())
"""


def tried(what: str, key: Path, port: int, wanted: tuple[str, ...]) -> tuple[list[str], str]:
    """Return which walls stood around a process with hostile code, and what became of what it tried."""
    code = BEGUN.replace("TRIED", what).replace("WANTED", repr(wanted))
    code = code.replace("KEY", repr(str(key))).replace("PORT", str(port))
    ended = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, check=True, env={}, cwd="/"
    )
    held, outcome = json.loads(ended.stdout)
    return held, outcome


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return a file that its owner alone may read, as the secret key is."""
    made = tmp_path / "secret"
    made.touch(0o600)
    made.write_text("the key")
    return made


@pytest.fixture
def port() -> Iterator[int]:
    """Return a port of this machine at which a server listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


@pytest.mark.parametrize("name", TRIES)
def test_code_within_no_walls_does_it(name: str, key: Path, port: int) -> None:
    """Without this the refusals below would mean nothing. A fork of a process without processes fails."""
    if name == "fork" and os.geteuid() != 0:
        pytest.skip("The limit of processes, which holds on every kernel, refuses it.")
    held, outcome = tried(TRIES[name][0], key, port, ()) if name != "start a program" else ([], "done")
    assert (held, outcome) == ([], "done")


@pytest.mark.parametrize(("name", "wall"), [(name, wall) for name in TRIES for wall in TRIES[name][1]])
def test_each_wall_refuses_it_without_the_others(name: str, wall: str, key: Path, port: int) -> None:
    held, outcome = tried(TRIES[name][0], key, port, (wall,))
    if wall not in walls():
        assert held == []
        pytest.skip(
            f"This kernel, or this user, has no such wall: {wall}. `handrail manage check --deploy` says so."
        )
    assert held == [wall]
    assert outcome != "done"


@pytest.mark.django_db
def test_nothing_of_the_database_is_in_reach(key: Path, port: int) -> None:
    """The application's own way to the database is tried as it is: by its socket or its port."""
    connection.ensure_connection()
    info = connection.connection.info
    way = f"socket.socket(socket.AF_UNIX).connect({info.host + '/.s.PGSQL.' + str(info.port)!r})"
    if not info.host.startswith("/"):
        way = f"socket.socket().connect(({info.host!r}, {info.port}))"
    assert tried(way, key, port, ()) == ([], "done")
    assert tried(way, key, port, ALL)[1] == "PermissionError"


def test_the_process_has_no_word_and_no_open_file_of_ours(tmp_path: Path) -> None:
    listed = "print(dict(os.environ), os.listdir('/proc/self/fd'))"
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)  # noqa: FBT003 it takes no other
        begun = [sys.executable, "-I", "-c", f"import os; {listed}"]
        said = subprocess.run(begun, capture_output=True, env={}, check=True, cwd="/").stdout.decode()
    words, _, files = said.partition("} ")
    assert words.removeprefix("{") in {"", "'LC_CTYPE': 'C.UTF-8'"}
    assert len(json.loads(files.replace("'", '"'))) == 4  # its pipes, and the folder that it lists


def test_the_walls_that_stand_are_those_that_are_told() -> None:
    assert set(walls()) <= set(ALL)
    assert ("another user" in walls()) == (os.geteuid() == 0)


def test_the_check_of_a_deployment_names_each_wall_that_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(lacking_walls(None)) == len(WITHOUT.keys() - set(walls()))
    monkeypatch.setattr(inspecting, "walls", lambda: ["another user", "no files"])
    network, calls = lacking_walls(None)
    assert "network" in network.msg
    assert "any system call" in calls.msg


def test_a_machine_whose_calls_are_not_known_has_no_such_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confining, "machine", lambda: "abacus")
    assert not confining._close_calls()
