"""The processes that `handrail up` runs: how each starts, and how all of them end."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from psycopg.conninfo import make_conninfo

from handrail.commands.serve import GRACE
from handrail.config import database
from handrail.config.database import ROLES, Role
from handrail.config.environment import Misconfigured

Child = subprocess.Popen[bytes]


@contextmanager
def child(role: Role, *arguments: str, extra: Mapping[str, str] | None = None) -> Iterator[Child]:
    """Run `handrail ARGUMENTS` in a role while the block runs, then stop it, by SIGKILL if necessary.

    The child has its own session, so that Ctrl-C in the terminal reaches Handrail only. Its standard input
    closes when Handrail is killed, and it then stops.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "handrail", *arguments],
        env={**environment_of(role), **(extra or {})},
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        end(process)


def environment_of(role: Role) -> dict[str, str]:
    """Return a child's environment: the parent's, with the secrets of its own role only."""
    hidden = {f"HANDRAIL_{each.upper()}_PASSWORD" for each in ROLES}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    kept["HANDRAIL_DATABASE_ROLE"] = role
    if not database.is_embedded():
        server = database.parameters(Role.ADMIN)
        kept["DATABASE_URL"] = make_conninfo(**{**server, "user": role.login, "password": ""})
        kept[f"HANDRAIL_{role.upper()}_PASSWORD"] = database.password(role)
    return kept


def end(process: Child) -> None:
    """Ask a process to stop; kill it after the time allowed for work in progress."""
    process.terminate()
    try:
        process.wait(GRACE + 5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.close()


def finish(process: Child, work: str) -> None:
    """Wait for a process that ends by itself. Raises Misconfigured where it fails."""
    if process.wait():
        raise Misconfigured(f"{work} did not succeed (exit status {process.returncode}).")


def watch(running: Mapping[str, Child]) -> None:
    """Wait until one of the processes ends, which none should; raise Misconfigured with its name."""
    while True:
        refuse_ended(running)
        time.sleep(0.5)


def refuse_ended(running: Mapping[str, Child]) -> None:
    """Raise Misconfigured where one of the processes has ended."""
    for name, process in running.items():
        if process.poll() is not None:
            raise Misconfigured(f"The {name} stopped by itself (exit status {process.returncode}).")
