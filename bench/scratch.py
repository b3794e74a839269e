"""A Handrail of its own in a temporary folder, gone when the bench ends."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import psycopg


@contextmanager
def scratch() -> Iterator[None]:
    """Django on a new and empty database for as long as the block runs.

    It is connected as the superuser, and pages ask as the web: they have its rights and see its rows.
    The embedded server is used unless DATABASE_URL names another, which has to have no database yet of the
    name that it gives.
    """
    with TemporaryDirectory(prefix="handrail-bench-") as folder:
        os.environ |= {"HANDRAIL_HOME": folder, "HANDRAIL_INSECURE": "1"}
        from handrail.commands import installation, up
        from handrail.config import bootstrap
        from handrail.config.database import Role

        with installation.database_running():
            bootstrap.bootstrap()
            for preparation in up.preparations(demo=False, size=up.Size.SMALL):
                up.prepare(preparation)
            installation.prepare_django(Role.ADMIN)
            serve_quietly()
            from handrail.config.tests.asking import as_the_web

            with patch("handrail.access.context.asking", as_the_web):
                yield
            close()


def serve_quietly() -> None:
    """Serve the bench's own addresses beside the site's, and keep the log of requests off the screen."""
    from django.conf import settings

    settings.ROOT_URLCONF = "bench.urls"
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(Path(os.devnull).open("w"))  # noqa: SIM115 open until the bench ends


def settle() -> None:
    """Let the database tidy up and count, as it would in time by itself."""
    from handrail.config.database import Role, parameters

    with psycopg.connect(**parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")
    with psycopg.connect(**parameters(Role.ADMIN), autocommit=True) as admin:
        admin.execute("CHECKPOINT")


def raw() -> "psycopg.Connection[Any]":
    """The connection under Django's own, to send SQL with nothing in between."""
    from django.db import connection

    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    return connection.connection


def server() -> str:
    """Which database server it is."""
    return f"PostgreSQL {raw().info.parameter_status('server_version')}"


def close() -> None:
    """Give back every connection, so that the server can stop."""
    from django.db import connection

    connection.close()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool:
        close_pool()
