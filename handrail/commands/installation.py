"""Preparation for every command: the right database role, a running database, Django."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import django
import psycopg
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from handrail.config import database, embedded
from handrail.config.database import Role
from handrail.config.environment import Misconfigured, home


@contextmanager
def opened(role: Role) -> Iterator[None]:
    """Set up Django, connected in this role, while the block runs.

    Raises Misconfigured where the database cannot be reached, has not been set up by `handrail up`, or
    lacks a guarantee that the record needs.
    """
    prepare_django(role)
    with database_running():
        _refuse_unfit(role)
        yield


def prepare_django(role: Role) -> None:
    """Load the settings in this role; the first role that a process takes is final."""
    os.environ["HANDRAIL_DATABASE_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handrail.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Misconfigured(str(error)) from error


def load_rooms() -> None:
    """Load every room, so that its names are registered; no database is needed."""
    if not apps.ready:
        prepare_django(Role.JOBS)


def database_running() -> AbstractContextManager[None]:
    """Keep the embedded database running; does nothing for an external server."""
    return embedded.running(home()) if database.is_embedded() else nullcontext()


def database_answers() -> bool:
    """Return whether the database server answers now."""
    try:
        psycopg.connect(**database.parameters(Role.ADMIN), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _refuse_unfit(role: Role) -> None:
    from django.db import OperationalError, connection

    from handrail.config import guarantees

    try:
        connection.ensure_connection()
        guarantees.refuse_broken(connection, role)
    except OperationalError as error:
        raise Misconfigured(
            f"The database cannot be used; `handrail up` makes it. {error}".strip()
        ) from error
    finally:
        connection.close()
        # Forked processes must not share the parent's connections: each opens its own pool.
        connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL has one
