"""A Handrail of its own for the journeys: `handrail up` in a folder to throw away, with made-up people.

A first start takes long, so there is one; the others run from copies of the home that it made.
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
# The worker's round, now: no journey waits for its clock.
TELL = "from django.utils import timezone; from handrail.notices import rounds; rounds.run(timezone.now())"
PATIENCE = 600  # seconds for the first start, and for the end


def start_once(home: Path) -> None:
    """Start a Handrail in an empty folder, which makes its database, and stop it."""
    with served(environment_of(home)):
        pass


def tell(home: Path) -> None:
    """Put the made-up people and cases into a Handrail that does not run, and tell what the worker would."""
    environment = environment_of(home) | DEMONSTRATION
    for command in (["demo", "--size", CASES], ["manage", "shell", "--command", TELL]):
        run = [sys.executable, "-m", "handrail", *command]
        subprocess.run(run, env=environment, check=True, capture_output=True)


@contextmanager
def running(kept: Path) -> Iterator[str]:
    """The address of a site that runs, while the block does, from a copy of a home with made-up people."""
    with copied(kept) as home:
        environment = environment_of(home) | DEMONSTRATION
        with served(environment):
            yield f"http://127.0.0.1:{environment['HANDRAIL_PORT']}"
            every_case_follows_from_its_entries(environment)


@contextmanager
def copied(kept: Path) -> Iterator[Path]:
    """A copy of the home of a Handrail that does not run."""
    with TemporaryDirectory(prefix="handrail-") as home:
        subprocess.run(["cp", "-a", f"{kept}/.", home], check=True)
        yield Path(home)


def environment_of(home: Path) -> dict[str, str]:
    """The environment of what runs from a home, with a port of its own and without the demonstration."""
    ours = {"HANDRAIL_HOME": str(home), "HANDRAIL_PORT": str(free_port()), "HANDRAIL_INSECURE": "1"}
    return {name: value for name, value in os.environ.items() if name not in DEMONSTRATION} | ours


def every_case_follows_from_its_entries(environment: dict[str, str]) -> None:
    """Fold what the journeys and the demonstration left again, and fail where a column says otherwise."""
    command = [sys.executable, "-m", "handrail", "ledger", "rebuild", "--check"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(environment: dict[str, str]) -> Iterator[None]:
    """`handrail up` answers while the block runs. Afterwards no process of it is left."""
    log = Path(environment["HANDRAIL_HOME"], "log.txt")
    with log.open("w") as said:
        command = [sys.executable, "-m", "handrail", "up"]
        process = subprocess.Popen(
            command, env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            await_answer(int(environment["HANDRAIL_PORT"]), log)
            yield
        finally:
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
