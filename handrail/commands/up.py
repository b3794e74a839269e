import errno
import fcntl
import signal
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from types import FrameType
from typing import Annotated

import typer

from handrail.commands import children, installation, supervision
from handrail.commands.supervision import Part
from handrail.config import bootstrap, environment
from handrail.config.database import Role
from handrail.config.environment import Misconfigured, home

PATIENCE = 60  # seconds for the first answer of the web
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 where to knock when it listens on every address


class Size(StrEnum):
    """The size of the demonstration."""

    SMALL = "small"
    NATION = "nation"


@dataclass(frozen=True, slots=True)
class Preparation:
    """One `handrail` command that runs before the web does, in its own process and role."""

    work: str
    role: Role
    arguments: tuple[str, ...]
    extra: Mapping[str, str] = field(default_factory=dict)


def register(app: typer.Typer) -> None:
    app.command()(up)
    app.command("prepare")(prepare_database)


def up(
    demo: Annotated[bool, typer.Option(help="Load the made-up country to try things in.")] = False,
    size: Annotated[
        Size, typer.Option(help="How much of it: some 1,500 referrals, or the nation's 13,000.")
    ] = Size.SMALL,
) -> None:
    """Start Handrail: database, web and background worker, until Ctrl-C.

    The first start makes what it needs; a later one takes seconds and loses nothing.
    """
    with interruptible(), ExitStack() as stack:
        stack.enter_context(only_one())
        refuse_taken_port()
        stack.enter_context(installation.database_running())
        bootstrap.bootstrap()
        for preparation in preparations(demo=demo, size=size):
            prepare(preparation)
        serve(stack, {"HANDRAIL_DEMONSTRATION": "1"} if demo else {})


def prepare_database() -> None:
    """Make the database or bring it up to date, and end.

    For those who run web and worker by themselves, as under systemd; `handrail up` does it at each start.
    """
    with interruptible(), installation.database_running():
        bootstrap.bootstrap()
        for preparation in preparations(demo=False, size=Size.SMALL):
            prepare(preparation)


def preparations(*, demo: bool, size: Size) -> list[Preparation]:
    """Return the preparations in order; each does nothing where its work is already done."""
    database = Preparation("Preparing the database", Role.OWNER, ("run-prepare",))
    made_up = Preparation("Loading the demonstration", Role.OWNER, ("demo", "--size", size))
    return [database, made_up] if demo else [database]


def prepare(preparation: Preparation) -> None:
    """Run one preparation to its end."""
    with children.child(preparation.role, *preparation.arguments, extra=preparation.extra) as process:
        children.finish(process, preparation.work)


def serve(stack: ExitStack, extra: dict[str, str]) -> None:
    """Run the web and the worker until the user interrupts; start again what dies meanwhile."""
    parts = supervision.database_server()
    for name, role in (("background worker", Role.JOBS), ("web", Role.WEB)):
        parts.append(stack.enter_context(supervision.process(name, role, extra)))
    await_first_answer(parts)
    typer.echo(f"Handrail listens on {address()} (Ctrl-C stops it). Its state is in {home()}.")
    if "HANDRAIL_DEMONSTRATION" in extra:
        typer.echo(f"Sign in as anybody of its made-up people at {address()}/demonstration/ (no password).")
    supervision.watch(parts)


def address() -> str:
    """Return the address for a browser on this machine."""
    host = EVERYWHERE.get(environment.bind(), environment.bind())
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{environment.port()}"


def await_first_answer(parts: Iterable[Part]) -> None:
    """Wait until the web is healthy. Raises Misconfigured on a timeout, or if a part ends."""
    end = time.monotonic() + PATIENCE
    while not is_well():
        for part in parts:
            if how := part.ended():
                raise Misconfigured(f"The {part.name} stopped by itself ({how}).")
        if time.monotonic() > end:
            raise Misconfigured(f"The web did not answer well within {PATIENCE} seconds; its log says why.")
        time.sleep(0.1)


def is_well() -> bool:
    """Return whether the web serves and reaches its database."""
    host = EVERYWHERE.get(environment.bind(), environment.bind())
    connection = HTTPConnection(host, environment.port(), timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def only_one() -> Iterator[None]:
    """Ensure that only one Handrail serves from a home folder."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured(
                f"Handrail already runs from {home()}. For a second one, set another HANDRAIL_HOME and "
                "HANDRAIL_PORT."
            ) from None
        yield


def refuse_taken_port() -> None:
    """Raise Misconfigured where the port is in use; wait briefly for a killed Handrail to release it."""
    end = time.monotonic() + 3
    while is_taken():
        if time.monotonic() > end:
            raise Misconfigured(
                f"Port {environment.port()} of {environment.bind()} is in use: stop what listens there, or "
                "set another HANDRAIL_PORT."
            )
        time.sleep(0.1)


def is_taken() -> bool:
    """Return whether the port is in use. Raises Misconfigured where the address is not this machine's."""
    family = socket.AF_INET6 if ":" in environment.bind() else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((environment.bind(), environment.port()))
        except PermissionError:
            raise Misconfigured(
                f"Port {environment.port()} is for administrators: set another HANDRAIL_PORT."
            ) from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise Misconfigured(
                f"HANDRAIL_BIND is {environment.bind()!r}: {error.strerror or error}."
            ) from None
    return False


@contextmanager
def interruptible() -> Iterator[None]:
    """End the block cleanly on the first SIGINT, SIGHUP or SIGTERM; ignore further ones."""
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in asked:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, stop) for each in asked}
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Handrail has stopped.")
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
