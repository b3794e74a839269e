"""Hostile code in the inspecting process finds nothing to take: no file, network, database or process.

Each try goes the way of a file: the application starts the process, which walls itself in and then looks into
the file, and here the code that looks is hostile.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from django.db import connection

from handrail.cases.files import inspecting
from handrail.cases.files.checks import WITHOUT, lacking_walls
from handrail.cases.files.inside import confining
from handrail.cases.files.inspecting import walls

LIMITS = json.dumps({"pages": 1, "megapixels": 1, "unpacked": 1, "parts": 1})
PATIENCE = 60
# What stolen code would try, and which of the walls refuse it, each without the others.
ALL = ("no network", "another user", "no files", "no calls")
DONE = json.dumps({"kind": [], "doubt": "done"})
TRIES = {
    "open a socket": ("socket.socket().connect(('127.0.0.1', PORT))", ("no network", "no calls")),
    "make a socket at all": ("socket.socket(socket.AF_UNIX)", ("no calls",)),
    "read the key": ("open(KEY).read()", ("another user", "no files", "no calls")),
    "write a file": ("os.open(KEY + '.stolen', os.O_CREAT)", ("another user", "no files", "no calls")),
    "list a folder": ("os.listdir('/')", ("no files", "no calls")),
    "fork": ("os.fork() or os._exit(0)", ("another user", "no calls")),
    "start a program": (f"os.execv('/bin/echo', ['echo', {DONE!r}])", ("no files", "no calls")),
    "signal its parent": ("os.kill(os.getppid(), 0)", ("another user", "no calls")),
    "read the words of its parent": (
        "open(f'/proc/{os.getppid()}/cmdline').read()", ("no files", "no calls"),
    ),
    "read the environment of its parent": (
        "open(f'/proc/{os.getppid()}/environ').read()", ("another user", "no files", "no calls"),
    ),
    "read the memory of its parent": (
        "open(f'/proc/{os.getppid()}/mem').close()", ("another user", "no files", "no calls"),
    ),
}  # fmt: skip
HOSTILE = """
import json, os, socket, sys
from handrail.cases.files.inside import __main__ as inside, confining
from handrail.cases.files.inside.refusing import Found
for each in (confining.WALLS, confining.LAST_WALLS):
    for wall in each.keys() - WANTED:
        del each[wall]
raise_walls, held = inside.confine, []
def confine(seconds):
    held.extend(raise_walls(seconds))
def look(content, limits):
    try:
        said = TRIED
    except OSError as refused:
        return Found(held, type(refused).__name__)
    return Found(held, SAID)
inside.confine, inside.kind_of = confine, look
sys.stdout.write(json.dumps(inside.main(*sys.argv[1:])))
"""


def hostile(what: str, wanted: Sequence[str], said: str = "'done'", **words: object) -> list[str]:
    """Return the command of an inspecting process with hostile code, and with the wanted walls alone."""
    code = HOSTILE.replace("TRIED", what).replace("WANTED", repr(set(wanted))).replace("SAID", said)
    for word, value in words.items():
        code = code.replace(word, repr(value))
    return [sys.executable, "-I", "-c", code]


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


Tried = Callable[[str, Sequence[str]], tuple[list[str], str]]


@pytest.fixture
def tried(key: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Tried:
    """Return a function that says which walls stood around hostile code, and what became of what it tried."""

    def try_it(what: str, wanted: Sequence[str]) -> tuple[list[str], str]:
        monkeypatch.setattr(inspecting, "INSIDE", hostile(what, wanted, KEY=str(key), PORT=port))
        answer = inspecting._inside(b"", 5, LIMITS)
        return answer["kind"], answer["doubt"]

    return try_it


@pytest.mark.parametrize("name", TRIES)
def test_code_within_no_walls_does_it(name: str, tried: Tried) -> None:
    """Without this the refusals below would mean nothing. A fork of a process without processes fails."""
    if name == "fork" and os.geteuid() != 0:
        pytest.skip("The limit of processes, which holds on every kernel, refuses it.")
    assert tried(TRIES[name][0], ()) == ([], "done")


@pytest.mark.parametrize(("name", "wall"), [(name, wall) for name in TRIES for wall in TRIES[name][1]])
def test_each_wall_refuses_it_without_the_others(name: str, wall: str, tried: Tried) -> None:
    if wall not in kernel_walls():
        pytest.skip(
            f"This kernel, or this user, has no such wall: {wall}. `handrail manage check --deploy` says so."
        )
    held, outcome = tried(TRIES[name][0], (wall,))
    assert held == [wall]
    assert outcome not in {"", "done"}


def kernel_walls() -> set[str]:
    """Return the walls that this kernel has for this user, found without the code that raises them."""
    libc = confining.libc
    apart = "import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare(FLAGS) != 0)"
    codes = [apart.replace("FLAGS", one) for one in ("0x48000000", "0x58000000")]
    ended = [subprocess.run([sys.executable, "-I", "-c", code], timeout=PATIENCE) for code in codes]
    alone = any(one.returncode == 0 for one in ended)
    filters = "Seccomp:" in Path("/proc/self/status").read_text() and os.uname().machine in confining.CALLS
    return {
        *(["no network"] if alone else []),
        *(["another user"] if os.geteuid() == 0 else []),
        *(["no files"] if libc.syscall(444, None, 0, 1) > 0 else []),
        *(["no calls"] if filters else []),
    }


@pytest.mark.django_db
def test_nothing_of_the_database_is_in_reach(tried: Tried) -> None:
    """The application's own way to the database is tried as it is: by its socket or its port."""
    connection.ensure_connection()
    info = connection.connection.info
    way = f"socket.socket(socket.AF_UNIX).connect({info.host + '/.s.PGSQL.' + str(info.port)!r})"
    if not info.host.startswith("/"):
        way = f"socket.socket().connect(({info.host!r}, {info.port}))"
    assert tried(way, ()) == ([], "done")
    assert tried(way, ALL)[1] == "PermissionError"


# A process of the application with a secret in its environment and among its words, and an open file. It
# prints what the inspecting process answers.
PARENT = """
import json, os, sys
from handrail.cases.files import inspecting
kept = open(sys.argv[2])
os.set_inheritable(kept.fileno(), True)
inspecting.INSIDE = json.loads(sys.argv[3])
print(json.dumps(inspecting._inside(b"", 5, sys.argv[4])))
"""
OWN = """{
    "environment": dict(os.environ), "words": sys.argv, "files": {
        one: os.readlink("/proc/self/fd/" + one) for one in os.listdir("/proc/self/fd")
        if os.path.lexists("/proc/self/fd/" + one)
    }
}"""
OF_ITS_PARENT = "[open(f'/proc/{os.getppid()}/{one}').read() for one in ('cmdline', 'environ')]"


def told(secret: str, key: Path, what: str, wanted: Sequence[str]) -> str:
    """Return what hostile code tells of what it found, started by a process that holds a secret."""
    begun = json.dumps(hostile(what, wanted, "said"))
    found = subprocess.run(
        [sys.executable, "-c", PARENT, secret, str(key), begun, LIMITS],
        env=os.environ | {"HANDRAIL_SECRET": secret},
        capture_output=True,
        check=True,
        text=True,
        timeout=PATIENCE,
    )
    return found.stdout


def test_the_process_is_given_no_word_and_no_open_file_of_ours(key: Path) -> None:
    """The application starts the process without its environment and files, even where no wall stands."""
    answer = told("Zirconium", key, OWN, ())
    assert "Zirconium" not in answer
    found = json.loads(answer)["doubt"]
    assert found["environment"].keys() <= {"LC_CTYPE"}
    assert found["words"] == ["-c", "5", LIMITS]
    assert found["files"].keys() == {"0", "1", "2"}
    assert str(key) not in found["files"].values()


def test_a_secret_of_the_process_that_starts_it_is_out_of_reach(key: Path) -> None:
    assert told("Zirconium", key, OF_ITS_PARENT, ()).count("Zirconium") == 2
    if not {"no files", "no calls"} & kernel_walls():
        pytest.skip("This kernel has neither of the walls that hide other processes.")
    answer = told("Zirconium", key, OF_ITS_PARENT, ALL)
    assert "Zirconium" not in answer
    assert json.loads(answer)["doubt"] == "PermissionError"


def test_the_process_ends_with_the_one_that_waits_for_it(key: Path) -> None:
    """Where the application is killed, nobody is left who would stop a process that waits for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE)
        place = server.getsockname()
        says = f"(s := socket.socket()).connect({place!r}), s.send(str(os.getpid()).encode())"
        code = hostile(f"{says}, signal.pause()", ("another user",))
        code[-1] = f"import signal\n{code[-1]}"
        parent = PARENT.replace("5,", "300,")
        command = [sys.executable, "-c", parent, "", str(key), json.dumps(code), LIMITS]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as begun:
            try:
                with server.accept()[0] as said:
                    child = int(said.recv(20))
            finally:
                begun.kill()
                begun.wait(PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while is_there(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = is_there(child)
    if left:
        os.kill(child, signal.SIGKILL)
    assert not left


def is_there(process: int) -> bool:
    """Return whether a process runs; one that ended may still be listed."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_an_answer_beyond_all_measure_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """[sys.stdout.write(one) for one in ('{"doubt": "', *['a' * MANY] * 100, '"}')]"""
    ends = f"{text} and sys.stdout.flush() or os._exit(0)"
    monkeypatch.setattr(inspecting, "INSIDE", hostile(ends, (), MANY=10))
    assert inspecting._inside(b"", 5, LIMITS) == {"doubt": "a" * 1000}
    monkeypatch.setattr(inspecting, "INSIDE", hostile(ends, (), MANY=1_000_000))
    with pytest.raises(inspecting.Ended):
        inspecting._inside(b"", 5, LIMITS)


def test_the_walls_that_stand_are_those_that_this_kernel_has() -> None:
    assert set(walls()) == kernel_walls()


def test_the_check_of_a_deployment_names_each_wall_that_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(lacking_walls(None)) == len(WITHOUT.keys() - set(walls()))
    monkeypatch.setattr(inspecting, "walls", lambda: ["another user", "no files"])
    network, calls = lacking_walls(None)
    assert "network" in network.msg
    assert "any system call" in calls.msg


def test_a_machine_whose_calls_are_not_known_has_no_such_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confining, "machine", lambda: "abacus")
    assert not confining._close_calls()
