"""The processes that `handrail up` starts: the web, the background worker, and the preparation."""

import gc
import os
import signal
import stat
import sys
import threading
import time
from typing import Any

import typer

from handrail.commands import installation
from handrail.config import database, environment
from handrail.config.database import Role
from handrail.config.environment import Misconfigured

WORKERS = 2
GRACE = 10  # seconds for work in progress when Handrail stops
UNHEEDED = (
    90  # seconds without a parent after which a process is killed; stopping the database takes up to 60
)


def register(app: typer.Typer) -> None:
    for command in (prepare, web, jobs):
        app.command(f"run-{command.__name__}", hidden=True)(command)


def prepare() -> None:
    """Update tables, grants, national organisations and static files, as the database owner."""
    from django.core.management import call_command
    from django.db import connection

    from handrail.config import privileges, static

    installation.prepare_django(Role.OWNER)

    from handrail.config import row_security
    from handrail.organisations.country import load_country
    from handrail.policy.load import PackError
    from handrail.records.packs import current_pack, known_packs
    from handrail.subjects.match_record_actions import rebuild

    try:
        current_pack()
        known_packs()
    except PackError as error:
        raise Misconfigured(f"The policy pack cannot be used.\n{error}") from error
    call_command("migrate", interactive=False, verbosity=0)
    row_security.apply(connection)
    privileges.apply(connection)
    rebuild(lambda done, total: None, everybody=False)
    load_country()
    static.collect()


def web() -> None:
    """Serve pages until stopped, or until the parent process is gone. Units of systemd run this."""
    from gunicorn.app.base import BaseApplication

    class Web(BaseApplication):  # type: ignore[misc] # gunicorn has no types
        def load_config(self) -> None:
            for name, value in options().items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            from handrail.config.wsgi import application

            return application

    stop_in_order()
    with installation.opened(Role.WEB):
        stop_with_parent()
        Web().run()


def options() -> dict[str, Any]:
    """Return the options of gunicorn."""
    host = environment.bind()
    return {
        "bind": f"[{host}]:{environment.port()}" if ":" in host else f"{host}:{environment.port()}",
        "workers": WORKERS,
        "worker_class": "gthread",
        "threads": database.THREADS,
        "timeout": 60,
        "graceful_timeout": GRACE,
        "control_socket_disable": True,
        "loglevel": "warning",
        "proc_name": "handrail",
        "post_worker_init": settle,
    }


def settle(worker: object) -> None:
    """Load every policy before the first request, and exempt lasting objects from garbage collection."""
    from handrail.records.packs import known_packs

    known_packs()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def jobs() -> None:
    """Run background jobs until stopped, or until the parent process is gone. Units of systemd run this."""
    stop_in_order()
    with installation.opened(Role.JOBS):
        from handrail.queue import worker

        stop_with_parent()
        worker.run(GRACE)


def stop_in_order() -> None:
    """End on SIGTERM by leaving every block, so that the last process to end stops the embedded database.

    The web server and the worker take the signal over once they run; it may come before.
    """
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))


def stop_with_parent() -> None:
    """Stop this process when its standard input closes, where that is a pipe: the parent holds the other end.

    It is killed where it does not end, because a job of its waits. Under systemd its input is no pipe, and
    nothing stops the process but a signal.
    """
    if not stat.S_ISFIFO(os.fstat(0).st_mode):
        return

    def wait() -> None:
        while os.read(0, 1024):
            continue
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(UNHEEDED)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()
