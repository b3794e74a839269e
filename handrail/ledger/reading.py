"""Reading the ledger for verification: ordered streams from one snapshot, in bounded memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg
from psycopg.adapt import Loader
from psycopg.pq import TransactionStatus

from handrail.ledger.canonical import SEALED_WITHIN, WRITTEN_AT, canonical, commitment, entry_hash
from handrail.ledger.examine import End, Row
from handrail.ledger.heads import SealedEntry, TreeHead

POSTGRES_EPOCH = 946_684_800_000_000  # 2000-01-01 in microseconds since 1970
PAGE = 5_000

# The verifier must read rows that violate the table's constraints, in case an attacker removed them.
ENTRIES = """
SELECT id, coalesce(chain::text, 'none'), coalesce(number, 0), act, outcome, stage, actor::text, role,
       organisation::text, seen_version, reason_given, happened_at, recorded_at, pack,
       coalesce(commitment, ''), coalesce(previous, ''),
       coalesce(hash, ''), salt, content::text
FROM ledger_entry LEFT JOIN ledger_content ON entry_id = id ORDER BY chain, number
"""
CHAINS = "SELECT id::text, length, head FROM ledger_chain ORDER BY id"
LEAVES_BY_CHAIN = """
SELECT coalesce(chain::text, 'none'), coalesce(number, 0), coalesce(hash, ''), position
FROM ledger_leaf ORDER BY chain
"""
LEAVES = """
SELECT coalesce(chain::text, 'none'), coalesce(number, 0), coalesce(hash, '')
FROM ledger_leaf ORDER BY position
"""
HEADS = """
SELECT number, size, root, previous, sealed_at, public_key, signature, edge FROM ledger_head ORDER BY number
"""
WAITING = "SELECT entry_id FROM ledger_unsealed"
WAITS_LONGEST = "SELECT min(since) FROM ledger_unsealed HAVING min(since) < now() - %s"
NOW = "SELECT clock_timestamp()"
ORPHANS = """
SELECT entry_id, salt, content::text FROM ledger_content
WHERE NOT EXISTS (SELECT FROM ledger_entry WHERE id = entry_id) ORDER BY entry_id
"""


class Microseconds(Loader):
    """Loads a timestamp as an integer, as Python's datetime cannot hold all of PostgreSQL's values."""

    format = psycopg.pq.Format.BINARY

    def load(self, data: bytes | bytearray | memoryview) -> int:
        """Return microseconds since 1970."""
        return int.from_bytes(data, "big", signed=True) + POSTGRES_EPOCH


@contextmanager
def snapshot(source: psycopg.Connection[Any] | str) -> Iterator[psycopg.Connection[Any]]:
    """Yield a connection with one read-only view of the ledger, whatever is written meanwhile.

    `source` is the address of a database or a connection. A connection that is already in a transaction is
    used as it is.
    """
    if isinstance(source, str):
        with psycopg.connect(source) as connection, snapshot(connection):
            yield connection
    elif source.info.transaction_status is not TransactionStatus.IDLE:
        yield source
    else:
        with source.transaction():
            source.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield source


class Record:
    """The ledger as one snapshot shows it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.streams = 0

    def heads(self) -> list[tuple[TreeHead, bytes]]:
        """Return the heads by number, each with the edge of its tree."""
        return [(TreeHead(*row), edge) for *row, edge in self._stream(HEADS)]

    def leaves(self) -> Iterator[SealedEntry]:
        """Yield the leaves in the order of the tree."""
        return map(SealedEntry._make, self._stream(LEAVES))

    def waiting(self) -> set[int]:
        """Return the ids of the entries that wait to be sealed."""
        return {id_ for (id_,) in self._stream(WAITING)}

    def now(self) -> int:
        """Return the time by the database's clock, in microseconds since 1970."""
        ((now,),) = self._stream(NOW)
        return int(now)

    def waits_too_long(self) -> datetime | None:
        """Return since when the longest-waiting entry waits, if that is longer than a seal may take."""
        found = self.connection.execute(WAITS_LONGEST, [SEALED_WITHIN]).fetchone()
        return found[0] if found else None

    def orphans(self) -> dict[bytes, int]:
        """Return the ids of contents without an entry, by the commitment that such an entry would hold."""
        found = {}
        for entry, salt, text in self._stream(ORPHANS):
            found[committed_to(salt, text) or b"%d" % entry] = entry
        return found

    def chains(self) -> Iterator[tuple[str, list[tuple[int, Any]]]]:
        """Yield each chain with its facts as pairs: 0 and an entry, 1 and the chain's end, 2 and a leaf."""
        entries = ((row[1], 0, row_of(row)) for row in self._stream(ENTRIES))
        ends = ((chain, 1, End(length, head)) for chain, length, head in self._stream(CHAINS))
        leaves = ((leaf[0], 2, leaf) for leaf in self._stream(LEAVES_BY_CHAIN))
        everything: Iterator[tuple[str, int, Any]] = merge(entries, ends, leaves, key=itemgetter(0))
        for chain, group in groupby(everything, key=itemgetter(0)):
            yield chain, [(kind, fact) for _, kind, fact in group]

    def _stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query through a server-side cursor, PAGE at a time."""
        self.streams += 1
        with psycopg.ServerCursor(self.connection, f"ledger_{self.streams}") as cursor:
            cursor.adapters.register_loader("timestamptz", Microseconds)
            cursor.itersize = PAGE
            cursor.execute(query.encode(), binary=True)
            yield from cursor


def row_of(values: tuple[Any, ...]) -> Row:
    """Return an entry from the columns of ENTRIES, checked against its hash and content."""
    id_, header = values[0], values[1:14]
    committed, previous, hash_, salt, content = values[14:]
    sound = entry_hash(header, committed, previous) == hash_
    erased = salt is None and content is None
    fits = erased or committed_to(salt, content) == committed
    return Row(id_, header, committed, previous, hash_, sound, fits, erased, _is_told_later(content))


def _is_told_later(content: str | None) -> bool:
    """Whether a content has the time of writing among its keys."""
    if content is None or f'"{WRITTEN_AT}"' not in content:
        return False
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and WRITTEN_AT in said


def _refuse_fraction(text: str) -> None:
    raise ValueError(f"{text} is not a whole number.")


_plain = json.JSONDecoder(parse_float=_refuse_fraction, parse_constant=_refuse_fraction)


def committed_to(salt: bytes | None, content: str | None) -> bytes | None:
    """Return the commitment of an entry with this content; None if no entry could hold such content."""
    try:
        return commitment(salt or b"", canonical(_plain.decode(content or "")))
    except (ValueError, RecursionError):
        return None
