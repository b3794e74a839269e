"""`handrail up` as a person runs it: a process of its own, a terminal's Ctrl-C, a kill."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from handrail.config import embedded

Up = subprocess.Popen[str]
PATIENCE = 300  # seconds: for what ends or answers sooner or later on a busy machine, or never


@pytest.fixture
def home() -> Iterator[Path]:
    with TemporaryDirectory(prefix="handrail-") as folder:
        yield Path(folder).resolve()


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    """A home that was started once and stopped: its database is made, and no process uses it."""
    with TemporaryDirectory(prefix="handrail-") as folder:
        kept = Path(folder).resolve() / "kept"
        process = launched(kept, free_port())
        try:
            await_listening(process)
            end(process, signal.SIGINT)
        finally:
            process.kill()
            process.communicate()
        yield kept


@pytest.fixture
def prepared(home: Path, kept: Path) -> None:
    """The test's home is one that was started before."""
    subprocess.run(["cp", "-a", f"{kept}/.", home], check=True)


@pytest.fixture
def port() -> int:
    return free_port()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(home: Path, port: int) -> Iterator[Callable[[], Up]]:
    """Starts one, and kills in the end what a failed test left."""
    started: list[Up] = []

    def launch() -> Up:
        started.append(launched(home, port))
        return started[-1]

    yield launch
    for process in started:
        process.kill()
        process.communicate()
    assert gone(lambda: processes_of(home))


def launched(home: Path, port: int) -> Up:
    environment = {**os.environ, "HANDRAIL_HOME": str(home), "HANDRAIL_PORT": str(port)}
    command = [sys.executable, "-m", "handrail", "up"]
    return subprocess.Popen(
        command,
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def processes_of(home: Path) -> list[psutil.Process]:
    """Every living process that was started for this home folder."""
    found = []
    for process in psutil.process_iter(["status"]):
        try:
            is_ours = process.environ().get("HANDRAIL_HOME") == str(home) or any(
                str(home) in each for each in process.cmdline()
            )
        except psutil.Error:
            continue
        if is_ours and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def gone(processes: Callable[[], list[psutil.Process]]) -> bool:
    """Whether there are none, within the time that work in progress is given."""
    end = time.monotonic() + PATIENCE
    while processes():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def await_listening(process: Up) -> None:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "Handrail listens on" in line:
            return
    pytest.fail("It ended without listening:\n" + "".join(said))


def get(port: int, path: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def end(process: Up, number: signal.Signals) -> str:
    """Signals the whole group, as a terminal does, and gives what was said."""
    os.killpg(process.pid, number)
    said, _ = process.communicate(timeout=PATIENCE)
    return said


@dataclass(frozen=True)
class Served:
    """A `handrail up` that runs, and where."""

    process: Up
    home: Path
    port: int


@pytest.fixture(scope="module")
def served(kept: Path) -> Iterator[Served]:
    """A second start from the home that was kept, which the tests look at while it runs; the last ends it."""
    home, port = kept.parent / "served", free_port()
    subprocess.run(["cp", "-a", kept, home], check=True)
    process = launched(home, port)
    try:
        await_listening(process)
        yield Served(process, home, port)
    finally:
        process.kill()
        process.communicate()


def test_it_serves_and_each_part_connects_in_a_role_of_its_own(served: Served) -> None:
    assert get(served.port, "/health").status == 200
    assert connected_as(served.home) == {"handrail_web", "handrail_jobs"}


def connected_as(home: Path) -> set[str]:
    given = embedded.address(home)
    with psycopg.connect(host=given["host"], port=given["port"], user="postgres", dbname="postgres") as admin:
        rows = admin.execute("SELECT usename FROM pg_stat_activity WHERE datname = 'handrail'").fetchall()
        return {str(name) for (name,) in rows}


def test_processes_that_serve_share_no_connection_to_the_database(served: Served) -> None:
    for _ in range(20):
        assert get(served.port, "/health").status == 200
    held = [sockets(each) for each in processes_of(served.home) if "run-web" in each.cmdline()]
    assert len(held) > 2, "the one that forks, and those that serve"
    shared = set.intersection(*held)
    assert len(shared) == 1, "where they listen"
    assert all(not (a - shared) & (b - shared) for a, b in combinations(held, 2))


def sockets(process: psutil.Process) -> set[str]:
    """The sockets that a process holds open, by which the system knows them."""
    links = (str(each.readlink()) for each in Path(f"/proc/{process.pid}/fd").iterdir())
    return {link for link in links if link.startswith("socket:")}


def test_a_second_start_makes_nothing_anew_and_loses_nothing(kept: Path, served: Served) -> None:
    assert identity(served.home) == identity(kept)


def identity(home: Path) -> tuple[str, bytes]:
    """The key of this home, and what its database has of its own since it was made."""
    control = (home / "postgres" / "data" / "global" / "pg_control").read_bytes()
    return (home / "secret-key").read_text(), control[:8]


def test_two_do_not_serve_from_one_home(served: Served) -> None:
    second = launched(served.home, free_port())
    said, _ = second.communicate(timeout=PATIENCE)
    assert f"Handrail already runs from {served.home}" in said
    assert second.returncode == 2
    assert get(served.port, "/health").status == 200


def test_ctrl_c_ends_what_was_served_and_leaves_no_process_behind(served: Served) -> None:
    assert processes_of(served.home)
    end(served.process, signal.SIGINT)
    assert served.process.returncode == 0
    assert processes_of(served.home) == []


@pytest.mark.usefixtures("prepared")
def test_when_it_is_killed_its_processes_end_and_the_next_start_works(
    start: Callable[[], Up], home: Path, port: int
) -> None:
    first = start()
    await_listening(first)
    end(first, signal.SIGKILL)
    second = start()
    await_listening(second)
    assert get(port, "/health").status == 200
    end(second, signal.SIGKILL)
    assert gone(lambda: processes_of(home))


def test_it_can_be_interrupted_while_it_prepares(start: Callable[[], Up], home: Path) -> None:
    process = start()
    while not (home / "postgres" / "server.log").exists():
        time.sleep(0.01)
    end(process, signal.SIGINT)
    assert process.returncode == 0
    assert processes_of(home) == []


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize(("command", "name"), [("run-web", "web"), ("run-jobs", "background worker")])
def test_it_stops_and_says_which_when_a_part_of_it_dies(
    start: Callable[[], Up], home: Path, command: str, name: str
) -> None:
    process = start()
    await_listening(process)
    part = next(each for each in psutil.Process(process.pid).children() if command in each.cmdline())
    part.kill()
    said, _ = process.communicate(timeout=PATIENCE)
    assert f"The {name} stopped by itself" in said
    assert process.returncode == 2
    assert gone(lambda: processes_of(home))


@pytest.mark.usefixtures("prepared")
def test_a_port_in_use_is_named(start: Callable[[], Up], port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        process = start()
        said, _ = process.communicate(timeout=PATIENCE)
    assert f"Port {port} of 127.0.0.1 is in use" in said
    assert "Traceback" not in said
    assert process.returncode == 2
