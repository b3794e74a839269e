"""A Handrail in a temporary folder, removed when the bench ends."""

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
    """Set up Django on a new, empty database while the block runs.

    Django connects as the superuser, but pages run with the web's rights and rows. The embedded server is
    used unless DATABASE_URL names a server, on which that database must not exist yet.
    """
    with TemporaryDirectory(prefix="handrail-bench-") as folder:
        # The pack of the figures before, and of the files that the bench imports.
        pack = "england-wales-2018"
        os.environ |= {"HANDRAIL_HOME": folder, "HANDRAIL_INSECURE": "1", "HANDRAIL_PACK": pack}
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
    """Add the bench's own addresses to the site's, and silence the request log."""
    from django.conf import settings

    settings.ROOT_URLCONF = "bench.urls"
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(Path(os.devnull).open("w"))  # noqa: SIM115 open until the bench ends


def settle() -> None:
    """Vacuum and analyse the database, as it would do itself in time."""
    from handrail.config.database import Role, parameters

    with psycopg.connect(**parameters(Role.OWNER), autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")
    with psycopg.connect(**parameters(Role.ADMIN), autocommit=True) as admin:
        admin.execute("CHECKPOINT")


def raw() -> "psycopg.Connection[Any]":
    """Return the psycopg connection under Django's, to send SQL directly."""
    from django.db import connection

    connection.ensure_connection()
    assert isinstance(connection.connection, psycopg.Connection)
    return connection.connection


def server() -> str:
    """Return the database server's version."""
    return f"PostgreSQL {raw().info.parameter_status('server_version')}"


def close() -> None:
    """Close every connection, so that the server can stop."""
    from django.db import connection

    connection.close()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool:
        close_pool()
