"""Supervision of what `handrail up` runs: a part that died is started again, later each time."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import typer

from handrail.commands import children, installation
from handrail.config import embedded
from handrail.config.database import Role, is_embedded
from handrail.config.environment import Misconfigured, home

SETTLED = 60  # seconds after which a death is no longer counted with those before
MOST = 5  # deaths, each soon after a start, before Handrail gives up
LONGEST = 30  # seconds of pause before a start
GLANCE = 0.5  # seconds between two looks at every part


@dataclass(slots=True)
class Part:
    """One part of a running Handrail.

    `start` starts it; `ended` says how it ended, or nothing while it runs; `excused` says whether something
    else keeps it from running, so that Handrail does not give up.
    """

    name: str
    start: Callable[[], None]
    ended: Callable[[], str]
    excused: Callable[[], bool] = lambda: False
    deaths: int = field(default=0, init=False)
    started: float = field(default=0, init=False)
    due: float | None = field(default=None, init=False)  # when to start it again; None while it runs

    def begin(self) -> None:
        """Start the part now."""
        self.start()
        self.started, self.due = time.monotonic(), None

    def tend(self) -> None:
        """Start the part again where it has died and its pause is over. Raises Misconfigured to give up."""
        how = self.ended() if self.due is None else ""
        if how:
            self._mourn(how)
        if self.due is None or time.monotonic() < self.due:
            return
        try:
            self.begin()
        except Misconfigured as error:
            self.started = time.monotonic()  # however long it tried
            self._mourn(str(error))
        else:
            typer.echo(f"The {self.name} was started again.")

    def _mourn(self, how: str) -> None:
        """Say how the part died and when it is started again. Raises Misconfigured to give up."""
        now = time.monotonic()
        self.deaths = 1 if now - self.started > SETTLED else self.deaths + 1
        if self.deaths > MOST and not self.excused():
            raise Misconfigured(
                f"The {self.name} stopped {self.deaths} times, each time soon after its start"
                f" ({how}). Its last lines above say why; `handrail up` starts again."
            )
        pause = float(min(2 ** (min(self.deaths, MOST + 1) - 1), LONGEST))
        self.due = now + pause
        typer.echo(f"The {self.name} stopped by itself ({how}). It starts again in {pause:.0f} s.", err=True)


@contextmanager
def process(name: str, role: Role, extra: dict[str, str]) -> Iterator[Part]:
    """Yield the part that runs `handrail run-ROLE`, started; stop it when the block ends."""
    running: list[children.Child] = []

    def start() -> None:
        for dead in running:
            children.clear(dead)
        running[:] = [children.started(role, f"run-{role}", extra=extra)]

    part = Part(name, start, lambda: children.ending(running[0]), without_database)
    try:
        part.begin()
        yield part
    finally:
        for child in running:
            children.end(child)


def without_database() -> bool:
    """Return whether the database does not answer, without which no part runs."""
    return not installation.database_answers()


def database_server() -> list[Part]:
    """Return the embedded database as a part that runs already; no part for a server of another's keeping."""
    if not is_embedded():
        return []
    known = [embedded.server(home())]

    def start() -> None:
        embedded.start_again(home())
        known[:] = [embedded.server(home())]

    part = Part("database", start, lambda: embedded.ended(home(), known[0]))
    part.started = time.monotonic()
    return [part]


def watch(parts: Iterable[Part]) -> None:
    """Tend every part, in this order, until interrupted. Raises Misconfigured to give up."""
    while True:
        for part in parts:
            part.tend()
        time.sleep(GLANCE)
