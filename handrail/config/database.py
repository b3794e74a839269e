"""The address of the database, and the PostgreSQL role in which this process connects."""

import json
import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from handrail.config import embedded
from handrail.config.environment import Misconfigured, home
from handrail.config.secret import PASSWORD_LENGTH, kept_once, refuse_weak

DATABASE = "handrail"
THREADS = 4
# A page waits this long for a connection, and so often the pool tries anew, while the server is away: an
# answer of 503 comes soon, and the first page after the server's return finds it.
ABSENCE = {"timeout": 3, "reconnect_timeout": 3}
# A server of another machine that falls silent is given up within a minute. DATABASE_URL may say otherwise.
OVER_A_NETWORK = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
STATEMENTS = 1_000  # kept planned by each connection of the web
# How long a process waits for a lock of somebody else. Then a page says to try again; there are few threads,
# and each that waited for ever would be lost to all pages.
PATIENT = "-c lock_timeout=30s"
# What a connection of the web says of itself. Otherwise a setting would count that an intruder gave the role.
OWN = f"-c search_path=public -c row_security=on -c default_transaction_read_only=off {PATIENT}"
# The worker also waits for no statement for ever. A job that fails is logged; a periodic job comes again.
WAITS = f"{PATIENT} -c statement_timeout=30min"


class Remembering(psycopg.Connection[Any]):
    """A connection that keeps the plans of every page's statements; the driver by default keeps a hundred."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.prepared_max = STATEMENTS


class Role(StrEnum):
    """The PostgreSQL role in which a process connects."""

    OWNER = "owner"  # owns every table and migrates
    WEB = "web"  # serves pages, with granted rights only
    JOBS = "jobs"  # works in the background, with granted rights only
    ADMIN = "admin"  # the server's administrator: makes the roles and the database

    @property
    def login(self) -> str:
        """Return the role's name in PostgreSQL. The administrator's name is set by the server."""
        return f"handrail_{self}"


ROLES = (Role.OWNER, Role.WEB, Role.JOBS)


def role() -> Role:
    """Return the role in which this process connects, from HANDRAIL_DATABASE_ROLE."""
    text = os.environ.get("HANDRAIL_DATABASE_ROLE") or Role.WEB
    try:
        return Role(text)
    except ValueError:
        known = ", ".join(Role)
        raise Misconfigured(f"HANDRAIL_DATABASE_ROLE is {text!r}: give one of {known}.") from None


def is_embedded() -> bool:
    """Whether Handrail runs the PostgreSQL server itself."""
    return not os.environ.get("DATABASE_URL")


def parameters(as_role: Role) -> dict[str, Any]:
    """Return libpq's parameters for a connection to Handrail's database in this role."""
    if is_embedded():
        login = embedded.SUPERUSER if as_role is Role.ADMIN else as_role.login
        return {**embedded.address(home()), "user": login, "dbname": DATABASE}
    given = {"dbname": DATABASE, **_given()}
    if as_role is Role.ADMIN:
        return given
    return {**given, "user": as_role.login, "password": password(as_role)}


def _given() -> dict[str, Any]:
    try:
        return OVER_A_NETWORK | conninfo_to_dict(os.environ["DATABASE_URL"])
    except ProgrammingError:
        raise Misconfigured(
            "DATABASE_URL cannot be read: give an address such as postgresql://name:password@host:5432/handrail."
        ) from None


def password(as_role: Role) -> str:
    """Return the role's password on an external server: from the environment, or made by Handrail."""
    variable = f"HANDRAIL_{as_role.upper()}_PASSWORD"
    named = os.environ.get(variable)
    if named:
        return refuse_weak(named, variable, PASSWORD_LENGTH)
    fresh = json.dumps({each: secrets.token_urlsafe(32) for each in ROLES}, indent=2)
    return str(json.loads(kept_once(passwords_file(), fresh))[as_role])


def passwords_file() -> Path:
    """Return the file with the passwords that Handrail made for an external server."""
    return home() / "database-passwords.json"


def databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES."""
    as_role = role()
    given = parameters(as_role)
    options = {
        key: value
        for key, value in given.items()
        if key not in {"host", "port", "user", "password", "dbname"}
    }
    # Row security makes every statement expensive to plan, so repeated statements keep their plans.
    options |= {"server_side_binding": True, "prepare_threshold": 3}
    if as_role is Role.WEB:
        # One connection for each serving thread, and one spare.
        size = {"min_size": 1, "max_size": THREADS + 1, **ABSENCE}
        options["pool"] = size | {"connection_class": Remembering}
    if said := {Role.WEB: OWN, Role.JOBS: WAITS}.get(as_role):
        options["options"] = f"{options.get('options') or ''} {said}".strip()
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": given["dbname"],
            "USER": given.get("user", ""),
            "PASSWORD": given.get("password", ""),
            "HOST": given.get("host", ""),
            "PORT": given.get("port", ""),
            "OPTIONS": options,
            "CONN_HEALTH_CHECKS": True,  # a connection that the server closed is not given to a page
        }
    }
