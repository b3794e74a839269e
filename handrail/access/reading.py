"""Writer of the log of reads. A line is written before its record is shown; if that fails, nothing is shown.

Lines are written on a connection of their own, so a later rollback of the page does not remove them.
"""

import hmac
import threading
from collections.abc import Collection
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from django.db import connections
from django.http import HttpRequest
from django.utils import timezone

from handrail.access.models import COPYING, Verb
from handrail.access.origin import origin_of
from handrail.organisations.folding import plain_words
from handrail.organisations.models import Person
from handrail.organisations.secret_keys import derived_keys

NUMBER = "SELECT nextval(pg_get_serial_sequence('access_reading', 'id'))"
LINE: LiteralString = (
    "INSERT INTO access_reading (id, at, person, verb, records, page, reason, recipient, sought, origin)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)
AGAIN: LiteralString = LINE + " ON CONFLICT DO NOTHING"

DJANGOS_OWN = {"pool", "server_side_binding"}  # Django's own options, which psycopg does not know


class NoLine(Exception):
    """The log of reads could not be written, so no record may be shown."""


class _Kept(threading.local):
    connection: psycopg.Connection[Any] | None = None


_kept = _Kept()


def looked(
    request: HttpRequest,
    records: Collection[UUID],
    verb: Verb = Verb.CONSULTED,
    *,
    reason: str = "",
    recipient: str = "",
    sought: str = "",
) -> None:
    """Write a line that the request's user looks at these records now.

    Raises NoLine if writing fails; the caller must then show nothing. `sought` are the words of a search; the
    log keeps a keyed digest of them only. The recipient of what is printed or exported is the user, unless
    `recipient` names another.
    """
    if not records and verb is not Verb.SEARCHED:
        return
    match = request.resolver_match
    person = request.user.pk if isinstance(request.user, Person) else None
    digest = digest_of(sought) if sought else None
    page = match.view_name if match else ""
    if verb in COPYING and not recipient and isinstance(request.user, Person):
        recipient = request.user.name
    line = (
        timezone.now(),
        person,
        verb.value,
        list(records),
        page,
        reason,
        recipient,
        digest,
        origin_of(request),
    )
    try:
        _write(line)
    except psycopg.Error as error:
        raise NoLine("The log of reads could not be written.") from error


def digest_of(words: str) -> bytes:
    """Return the keyed digest of a search's words. Order, case, accents and apostrophes do not matter."""
    return digests_of(words)[0]


def digests_of(words: str) -> list[bytes]:
    """Return every digest that lines may hold for a search's words, that of a new line first.

    Older lines were written under a former key, or before accents and apostrophes were folded.
    """
    typed = words.casefold().split()
    plain = [" ".join(sorted(plain_words(words) or typed)), " ".join(sorted(typed))]
    keys = derived_keys("log of reads")
    return [hmac.digest(key, text.encode(), "sha256") for text in plain for key in keys]


def _write(line: tuple[Any, ...]) -> None:
    """Write a line, once.

    It is numbered first: a second try after a lost answer writes no second line. A number that is taken at
    the first try is an error, so that no line is ever left out in silence.
    """
    (number,) = _run(NUMBER, NUMBER).fetchone() or (None,)
    _run(LINE, AGAIN, (number, *line))


def _run(
    statement: LiteralString, again: LiteralString, parameters: tuple[Any, ...] = ()
) -> psycopg.Cursor[Any]:
    """Run a statement on this thread's connection; if the server has closed it, reconnect and run `again`."""
    try:
        return _connection().execute(statement, parameters)
    except psycopg.OperationalError:
        close()
        return _connection().execute(again, parameters)


def _connection() -> psycopg.Connection[Any]:
    kept = _kept.connection
    if kept is None or kept.closed or kept.info.dbname != connections["default"].settings_dict["NAME"]:
        close()
        kept = _kept.connection = _connect()
    return kept


def _connect() -> psycopg.Connection[Any]:
    """Return a new connection with the parameters of Django's own, in autocommit."""
    given = connections["default"].settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {key: value for key, value in given["OPTIONS"].items() if key not in DJANGOS_OWN}
    address = {key: given[name] for key, name in names.items() if given[name]}
    return psycopg.connect(**{**options, **address}, autocommit=True)


def close() -> None:
    """Close this thread's connection."""
    if _kept.connection is not None:
        _kept.connection.close()
        _kept.connection = None
