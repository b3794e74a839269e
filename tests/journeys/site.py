"""A Handrail installation for the journeys: `handrail up` in a temporary folder, with made-up people.

A first start takes long, so there is only one; all others run from copies of the home folder it made.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest

CASES = "400"
DEMONSTRATION = {"HANDRAIL_DEMONSTRATION": "1"}
# Run the worker's jobs now: a journey does not wait for their schedule.
TELL = "from django.utils import timezone; from handrail.notices import rounds; rounds.run(timezone.now())"
PATIENCE = 600  # seconds for the first start, and for stopping

RUNNING: set[Path] = set()  # home folders of the sites that run now


def start_once(home: Path) -> None:
    """Start Handrail in an empty folder, so that it creates its database, and stop it."""
    with served(environment_of(home)):
        pass


def tell(home: Path) -> None:
    """Load made-up people and cases into a stopped Handrail, and send the notices the worker would send."""
    environment = environment_of(home) | DEMONSTRATION
    for command in (["demo", "--size", CASES], ["manage", "shell", "--command", TELL]):
        run = [sys.executable, "-m", "handrail", *command]
        subprocess.run(run, env=environment, check=True, capture_output=True, timeout=1800)


@contextmanager
def running(kept: Path) -> Iterator[str]:
    """Run a site from a copy of a home with made-up people while the block runs; yield its address."""
    with copied(kept) as home:
        environment = environment_of(home) | DEMONSTRATION
        with served(environment):
            yield f"http://127.0.0.1:{environment['HANDRAIL_PORT']}"
            every_record_follows_from_its_entries(environment)


@contextmanager
def copied(kept: Path) -> Iterator[Path]:
    """Yield a copy of the home folder of a stopped Handrail."""
    with TemporaryDirectory(prefix="handrail-") as home:
        subprocess.run(["cp", "-a", f"{kept}/.", home], check=True, timeout=300)
        yield Path(home)


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment of a site in this home folder, with a free port and no demonstration."""
    ours = {"HANDRAIL_HOME": str(home), "HANDRAIL_PORT": str(free_port()), "HANDRAIL_INSECURE": "1"}
    return {name: value for name, value in os.environ.items() if name not in DEMONSTRATION} | ours


def every_record_follows_from_its_entries(environment: dict[str, str]) -> None:
    """Rebuild every record from its entries, and fail where a stored column differs."""
    command = [sys.executable, "-m", "handrail", "ledger", "rebuild", "--check"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert found.returncode == 0, found.stdout + found.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(environment: dict[str, str]) -> Iterator[None]:
    """Run `handrail up` while the block runs. Afterwards check that none of its processes is left."""
    log = Path(environment["HANDRAIL_HOME"], "log.txt")
    with log.open("w") as said:
        command = [sys.executable, "-m", "handrail", "up"]
        process = subprocess.Popen(
            command, env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            await_answer(int(environment["HANDRAIL_PORT"]), log)
            RUNNING.add(log.parent)
            yield
        finally:
            RUNNING.discard(log.parent)
            family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
    _, left = psutil.wait_procs(family, timeout=PATIENCE)
    assert not left, f"Processes outlived the site: {left}"


def await_answer(port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while not answers(port):
        if time.monotonic() > end:
            pytest.fail(f"The site did not answer:\n{log.read_text()}")
        time.sleep(0.2)


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
