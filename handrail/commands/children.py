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
    """Runs `handrail ARGUMENTS` in a role while the block runs, then stops it, by force where it lingers.

    It has a session of its own, so that Ctrl-C in the terminal reaches Handrail alone; and it sees the end
    of its standard input when Handrail is killed.
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
    """The environment of a child: ours, with the secrets of its own role and of no other."""
    hidden = {f"HANDRAIL_{each.upper()}_PASSWORD" for each in ROLES}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    kept["HANDRAIL_DATABASE_ROLE"] = role
    if not database.is_embedded():
        server = database.parameters(Role.ADMIN)
        kept["DATABASE_URL"] = make_conninfo(**{**server, "user": role.login, "password": ""})
        kept[f"HANDRAIL_{role.upper()}_PASSWORD"] = database.password(role)
    return kept


def end(process: Child) -> None:
    """Asks a process to stop, and makes it after the time that work in progress has."""
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
    """Waits for a process that has an end. Raises Misconfigured where it did not end well."""
    if process.wait():
        raise Misconfigured(f"{work} did not succeed (exit status {process.returncode}).")


def watch(running: Mapping[str, Child]) -> None:
    """Waits until one of the processes ends, which none should; raises Misconfigured and says which."""
    while True:
        refuse_ended(running)
        time.sleep(0.5)


def refuse_ended(running: Mapping[str, Child]) -> None:
    """Raises Misconfigured where one of the processes has ended."""
    for name, process in running.items():
        if process.poll() is not None:
            raise Misconfigured(f"The {name} stopped by itself (exit status {process.returncode}).")
