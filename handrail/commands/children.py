"""The processes that `handrail up` runs: how each starts, and how all of them end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from psycopg.conninfo import make_conninfo

from handrail.commands.serve import GRACE
from handrail.config import database
from handrail.config.database import ROLES, Role
from handrail.config.environment import Misconfigured

Child = subprocess.Popen[bytes]


def started(role: Role, *arguments: str, extra: Mapping[str, str] | None = None) -> Child:
    """Start `handrail ARGUMENTS` in a role.

    The child has its own session, so that Ctrl-C in the terminal reaches Handrail only. Its standard input
    closes when Handrail is killed, and it then stops.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "handrail", *arguments],
        env={**environment_of(role), **(extra or {})},
        stdin=subprocess.PIPE,
        start_new_session=True,
    )


@contextmanager
def child(role: Role, *arguments: str, extra: Mapping[str, str] | None = None) -> Iterator[Child]:
    """Run `handrail ARGUMENTS` in a role while the block runs, then stop it, by SIGKILL if necessary."""
    process = started(role, *arguments, extra=extra)
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
    _close_input(process)


def _close_input(process: Child) -> None:
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.close()


def finish(process: Child, work: str) -> None:
    """Wait for a process that ends by itself. Raises Misconfigured where it fails."""
    if process.wait():
        raise Misconfigured(f"{work} did not succeed (exit status {process.returncode}).")


def ending(process: Child) -> str:
    """Return how a process ended, such as "exit status 1"; nothing while it runs."""
    status = process.poll()
    if status is None:
        return ""
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def clear(process: Child) -> None:
    """Kill what a dead process left in its session, such as the workers of a killed web server.

    They would keep its port.
    """
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    _close_input(process)
