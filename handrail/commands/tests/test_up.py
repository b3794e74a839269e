"""`handrail up` as a person runs it: a process of its own, a terminal's Ctrl-C, a kill."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
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
            process.communicate(timeout=PATIENCE)
        yield kept


@pytest.fixture
def prepared(home: Path, kept: Path) -> None:
    """The test's home is one that was started before."""
    subprocess.run(["cp", "-a", f"{kept}/.", home], check=True, timeout=300)


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
        process.communicate(timeout=PATIENCE)
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
    subprocess.run(["cp", "-a", kept, home], check=True, timeout=300)
    process = launched(home, port)
    try:
        await_listening(process)
        yield Served(process, home, port)
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def test_it_serves_and_each_part_connects_in_a_role_of_its_own(served: Served) -> None:
    assert get(served.port, "/health").status == 200
    assert connected_as(served.home) == {"handrail_web", "handrail_jobs"}


def await_both_connected(home: Path) -> None:
    """Wait until web and worker are connected: after a start each connects in its own time."""
    end = time.monotonic() + PATIENCE
    while connected_as(home) != {"handrail_web", "handrail_jobs"}:
        assert time.monotonic() < end, connected_as(home)
        time.sleep(0.2)


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


def test_a_worker_without_a_parent_runs_on_until_it_is_told_to_stop(served: Served) -> None:
    """As under systemd: its standard input is nothing, and closed from the beginning."""
    before = workers(served.home)
    environment = {**os.environ, "HANDRAIL_HOME": str(served.home)}
    command = [sys.executable, "-m", "handrail", "run-jobs"]
    alone = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE
        while workers(served.home) == before and time.monotonic() < end:
            assert alone.poll() is None
            time.sleep(0.2)
        assert workers(served.home) == before + 1
        assert alone.poll() is None
        alone.terminate()
        alone.wait(PATIENCE)
        assert workers(served.home) == before
    finally:
        alone.kill()
        alone.wait(PATIENCE)


def workers(home: Path) -> int:
    """How many workers of a home have told the database that they run."""
    given = embedded.address(home)
    with psycopg.connect(host=given["host"], port=given["port"], user="postgres", dbname="handrail") as admin:
        [count] = admin.execute("SELECT count(*) FROM procrastinate_workers").fetchone() or (0,)
        return int(count)


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
def test_a_part_that_dies_is_started_again_and_the_rest_stays(
    start: Callable[[], Up], home: Path, port: int, command: str, name: str
) -> None:
    process = start()
    await_listening(process)
    before = {part: processes_with(home, part)[0] for part in ("run-web", "run-jobs")}
    before[command].kill()
    read_until(process, f"The {name} stopped by itself (signal 9). It starts again in 1 s.")
    read_until(process, f"The {name} was started again.")
    await_well(port)
    after = {part: processes_with(home, part) for part in before}
    assert before[command] not in after[command]
    [other] = before.keys() - {command}
    assert before[other] in after[other]
    assert process.poll() is None


@pytest.mark.usefixtures("prepared")
def test_a_database_that_is_killed_is_started_again_and_pages_come_back(
    start: Callable[[], Up], home: Path, port: int
) -> None:
    process = start()
    await_listening(process)
    database(home).kill()
    read_until(process, "The database was started again.")
    await_well(port)
    assert get(port, "/sign-in/").status == 200
    await_both_connected(home)


@pytest.mark.usefixtures("prepared")
def test_a_database_that_another_process_started_again_is_told_of_too(
    start: Callable[[], Up], home: Path, port: int
) -> None:
    """As by a worker that begins just then, before `handrail up` looks."""
    process = start()
    await_listening(process)
    supervisor = psutil.Process(process.pid)
    supervisor.suspend()
    database(home).kill()
    begin = "import sys; from pathlib import Path; from handrail.config.embedded import start_again;"
    begin += "start_again(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", begin, str(home)], check=True, timeout=PATIENCE)
    supervisor.resume()
    read_until(process, "The database stopped by itself")
    read_until(process, "The database was started again.")
    await_well(port)


@pytest.mark.whole
@pytest.mark.usefixtures("prepared")
def test_pages_say_so_while_the_database_is_away(start: Callable[[], Up], home: Path, port: int) -> None:
    """The server is stopped in its tracks, so that nobody starts it again; its connections are cut."""
    process = start()
    await_listening(process)
    server = database(home)
    backends = server.children()
    server.suspend()
    for backend in backends:
        backend.kill()
    try:
        assert {get(port, "/health").status for _ in range(3)} == {503}
    finally:
        server.resume()
    await_well(port)


@pytest.mark.whole
@pytest.mark.usefixtures("prepared")
def test_a_drill_of_kills_leaves_it_serving(start: Callable[[], Up], home: Path, port: int) -> None:
    """Each part is killed twice in turn, while it runs or while it starts; nobody helps."""
    process = start()
    await_listening(process)
    for command in ("run-jobs", "database", "run-web") * 2:
        victim = database(home) if command == "database" else processes_with(home, command)[0]
        victim.kill()
        read_until(process, "was started again.")
        await_well(port)
    assert process.poll() is None
    await_both_connected(home)


def processes_with(home: Path, command: str) -> list[psutil.Process]:
    """The processes of a home that run a command, the oldest first."""
    found = [each for each in processes_of(home) if command in each.cmdline()]
    return sorted(found, key=lambda each: each.create_time())


def database(home: Path) -> psutil.Process:
    noted = (home / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0]
    return psutil.Process(int(noted))


def read_until(process: Up, words: str) -> None:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return
    pytest.fail(f"It ended without saying “{words}”:\n" + "".join(said))


def await_well(port: int) -> None:
    """Wait until it serves."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if get(port, "/health").status == 200:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(0.2)
    pytest.fail("It did not serve again.")


@pytest.mark.usefixtures("prepared")
def test_a_port_in_use_is_named(start: Callable[[], Up], port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        process = start()
        said, _ = process.communicate(timeout=PATIENCE)
    assert f"Port {port} of 127.0.0.1 is in use" in said
    assert "Traceback" not in said
    assert process.returncode == 2
