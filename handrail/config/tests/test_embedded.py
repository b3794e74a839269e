import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import pytest

from handrail.config import embedded, system_user
from handrail.config.environment import Misconfigured

HOLD = """
import sys, time
from pathlib import Path
from handrail.config import embedded
with embedded.running(Path(sys.argv[1])):
    print("running", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def empty() -> Iterator[Path]:
    """A short path: pytest's own are long enough to need the socket elsewhere, which one test does."""
    with TemporaryDirectory(prefix="handrail-") as folder:
        yield Path(folder).resolve()


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder as a first start makes it, with the mode and the owner that it has."""
    with TemporaryDirectory(prefix="handrail-") as folder:
        home = Path(folder).resolve()
        with embedded.running(home):
            pass
        yield home / "postgres" / "data"


@pytest.fixture
def home(empty: Path, made: Path) -> Path:
    """A home that was started and stopped before."""
    give(made, empty)
    return empty


def give(made: Path, home: Path) -> None:
    """Lay a copy of the data folder into a home."""
    system_user.own(home / "postgres")
    subprocess.run(["cp", "-a", made, home / "postgres" / "data"], check=True, timeout=300)


def connect(home: Path, user: str = embedded.SUPERUSER) -> psycopg.Connection[tuple[object, ...]]:
    given = embedded.address(home)
    return psycopg.connect(
        host=given["host"], port=given["port"], user=user, dbname="postgres", autocommit=True
    )


def servers(home: Path) -> list[psutil.Process]:
    """Every living process that has this home's data folder on its command line."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        is_alive = process.info["status"] != psutil.STATUS_ZOMBIE
        if is_alive and any(str(home) in part for part in process.info["cmdline"] or []):
            found.append(process)
    return [process for process in found if process.name() == "postgres"]


def held(home: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until its input ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "running\n"
    return holder


def test_it_runs_during_the_block_and_keeps_what_was_committed(empty: Path) -> None:
    home = empty
    with embedded.running(home), connect(home) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
    assert not servers(home)
    with embedded.running(home), connect(home) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (1,)


def test_it_listens_on_a_private_socket_and_nowhere_else(home: Path) -> None:
    with embedded.running(home), connect(home) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        folder = embedded.socket_folder(home)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / embedded.SOCKET).stat().st_mode) == 0o700
        listening = servers(home)[0].net_connections(kind="inet")
        assert [each for each in listening if each.status == psutil.CONN_LISTEN] == []


def test_data_pages_have_checksums_and_commits_are_durable(home: Path) -> None:
    with embedded.running(home), connect(home) as connection:
        for name in ("data_checksums", "fsync", "full_page_writes", "synchronous_commit"):
            assert connection.execute("SELECT current_setting(%s)", [name]).fetchone() == ("on",)


def test_a_server_that_could_lose_commits_is_refused_and_not_left_running(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(embedded.SETTINGS, "synchronous_commit", "off")
    with pytest.raises(Misconfigured, match="synchronous_commit = off"), embedded.running(home):
        pytest.fail("It served all the same.")
    assert not servers(home)


def test_a_setting_in_the_data_folder_does_not_weaken_it(home: Path) -> None:
    with embedded.running(home), connect(home) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
    with embedded.running(home), connect(home) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_a_path_too_long_for_a_socket_gets_one_in_a_private_folder_elsewhere(empty: Path, made: Path) -> None:
    deep = empty / ("long" * 20) / ("longer" * 10)
    give(made, deep)
    with embedded.running(deep):
        folder = embedded.socket_folder(deep)
        assert deep not in folder.parents
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        connect(deep).close()
    folder.rmdir()


def test_a_socket_folder_that_somebody_else_prepared_is_refused(empty: Path) -> None:
    home = empty
    deep = home / ("long" * 20) / ("longer" * 10)
    trap = embedded.socket_folder(deep)
    trap.symlink_to(home, target_is_directory=True)
    try:
        with pytest.raises(Misconfigured, match="belongs to another user"), embedded.running(deep):
            pytest.fail("It used a folder that is not its own.")
    finally:
        trap.unlink()


def test_a_second_user_joins_and_the_last_to_leave_stops_it(home: Path) -> None:
    other = held(home)
    with embedded.running(home):
        assert len(postmasters(home)) == 1
        other.communicate(timeout=300)
        connect(home).close()
    assert not servers(home)


def test_who_started_it_may_leave_first(home: Path) -> None:
    with embedded.running(home):
        other = held(home)
    connect(home).close()
    other.communicate(timeout=300)
    assert not servers(home)


def postmasters(home: Path) -> list[psutil.Process]:
    return [each for each in servers(home) if each.cmdline()[1:2] == ["-D"]]


def test_two_homes_run_side_by_side(empty: Path, made: Path) -> None:
    home = empty
    give(made, home / "one")
    give(made, home / "two")
    with embedded.running(home / "one"), embedded.running(home / "two"):
        with connect(home / "one") as connection:
            connection.execute("CREATE ROLE only_here LOGIN")
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            connect(home / "two", user="only_here")


def test_many_may_start_it_at_once(empty: Path) -> None:
    home = empty
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert pool.map(start_and_ask, [home] * 4) == [1, 1, 1, 1]
    assert not servers(home)


def start_and_ask(home: Path) -> int:
    with embedded.running(home), connect(home) as connection:
        row = connection.execute("SELECT 1").fetchone()
        assert row is not None
        return int(str(row[0]))


def test_a_killed_server_recovers_what_was_committed(home: Path) -> None:
    other = held(home)
    with connect(home) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
        kill(postmasters(home)[0])
    with embedded.running(home), connect(home) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
        other.communicate(timeout=300)
    assert not servers(home)


def kill(process: psutil.Process) -> None:
    """Kill a process; its parent may not have collected it yet, but it is dead."""
    os.kill(process.pid, signal.SIGKILL)
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)


def test_a_killed_user_leaves_a_server_that_the_next_one_takes_over(home: Path) -> None:
    other = held(home)
    other.kill()
    other.communicate(timeout=300)
    assert postmasters(home)
    with embedded.running(home):
        connect(home).close()
    assert not servers(home)


def test_the_number_of_a_killed_server_may_belong_to_another_process_now(home: Path) -> None:
    with embedded.running(home):
        kept = (home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()
    bystander = subprocess.Popen(["cat"], stdin=subprocess.PIPE, cwd="/", **system_user.identity())
    stale = home / "postgres" / "data" / "postmaster.pid"
    stale.write_text("\n".join([str(bystander.pid), *kept[1:]]) + "\n")
    with embedded.running(home):
        connect(home).close()
    assert bystander.poll() is None
    bystander.communicate(timeout=300)


def test_an_interrupted_first_start_is_made_good(empty: Path) -> None:
    home = empty
    half = home / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with embedded.running(home):
        connect(home).close()


def test_data_of_another_version_is_refused_by_name(empty: Path) -> None:
    home = empty
    data = home / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    with pytest.raises(Misconfigured, match="PostgreSQL 15; Handrail runs 18"), embedded.running(home):
        pytest.fail("It ran on data that it cannot read.")


def test_variables_of_the_caller_do_not_lead_it_astray(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "1", "PGHOST": "nowhere.invalid", "PGDATA": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    with embedded.running(home):
        connect(home).close()


def test_ctrl_c_in_the_terminal_reaches_handrail_and_not_the_server(home: Path) -> None:
    with embedded.running(home):
        server = postmasters(home)[0]
        assert os.getsid(server.pid) == server.pid
        assert os.getsid(server.pid) != os.getsid(0)


def test_names_in_any_script_are_folded_as_they_should(home: Path) -> None:
    with embedded.running(home), connect(home) as connection:
        row = connection.execute("SELECT lower('ŁUKASZ ÓRSI ΩΜΕΓΑ'), 'é' ~* 'É'").fetchone()
        assert row == ("łukasz órsi ωμεγα", True)
