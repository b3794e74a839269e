"""Adding entries. Nothing else in Handrail writes to the record."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from psycopg.types.json import Jsonb

from handrail.ledger.canonical import ZERO, commitment, encode, entry_hash, microseconds
from handrail.ledger.models import Entry

COLUMNS = (
    "chain, number, act, outcome, stage, actor, role, organisation, seen_version, reason_given,"
    " happened_at, recorded_at, pack, commitment, previous, hash"
)
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be recorded: one act on one chain."""

    chain: UUID
    act: str
    outcome: str | None
    stage: str
    actor: UUID
    role: str
    organisation: UUID
    seen_version: int
    happened_at: datetime
    pack: str
    content: dict[str, Any]
    reason_given: bool


@dataclass(frozen=True, slots=True)
class Sealed:
    """An act with its place in the chain, its salt and its hashes."""

    act: Act
    number: int
    recorded_at: datetime
    salt: bytes
    commitment: bytes
    previous: bytes
    hash: bytes

    def row(self) -> tuple[Any, ...]:
        """The values of COLUMNS."""
        a = self.act
        own = (a.chain, self.number, a.act, a.outcome, a.stage, a.actor, a.role, a.organisation, a.seen_version)
        when = (a.reason_given, a.happened_at, self.recorded_at, a.pack)
        return (*own, *when, self.commitment, self.previous, self.hash)


def sealed(act: Act, *, number: int, recorded_at: datetime, previous: bytes) -> Sealed:
    """Give an act its place and its hashes, with a fresh salt."""
    salt = secrets.token_bytes(32)
    committed = commitment(salt, encode(act.content))
    header = (
        str(act.chain),
        number,
        act.act,
        act.outcome,
        act.stage,
        str(act.actor),
        act.role,
        str(act.organisation),
        act.seen_version,
        act.reason_given,
        microseconds(act.happened_at),
        microseconds(recorded_at),
        act.pack,
    )
    own = entry_hash(header, committed, previous)
    return Sealed(act, number, recorded_at, salt, committed, previous, own)


def append(act: Act, *, recorded_at: datetime | None = None) -> Entry:
    """Add one act to its chain. The caller holds the transaction, so that the change it records is in it too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT length, head FROM ledger_chain WHERE id = %s", [act.chain])
        length, head = cursor.fetchone() or (0, ZERO)
        at = recorded_at or timezone.now()
        entry = sealed(act, number=length + 1, recorded_at=at, previous=bytes(head))
        cursor.execute(
            f"WITH added AS (INSERT INTO ledger_entry ({COLUMNS}) VALUES ({', '.join(['%s'] * 16)}) RETURNING id)"
            " INSERT INTO ledger_content (entry_id, salt, content) SELECT id, %s, %s FROM added RETURNING entry_id",
            [*entry.row(), entry.salt, Jsonb(act.content)],
        )
        (id,) = cursor.fetchone() or (None,)
    return Entry(
        id=id,
        **{name.strip(): value for name, value in zip(COLUMNS.split(","), entry.row(), strict=True)},
    )


def append_many(acts: Iterable[Act], *, recorded_at: Iterable[datetime]) -> int:
    """Add many acts at once, those of one chain in order; returns how many. The caller holds the transaction."""
    pairs = zip(acts, recorded_at, strict=True)
    added = 0
    while batch := list(islice(pairs, BATCH)):
        added += len(batch)
        _copy(_chained(batch))
    return added


def _chained(batch: Sequence[tuple[Act, datetime]]) -> list[Sealed]:
    """The acts with their hashes, each after the one before it in its chain."""
    chains = list({act.chain for act, _ in batch})
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, length, head FROM ledger_chain WHERE id = ANY(%s)", [chains])
        ends = {id: (length, bytes(head)) for id, length, head in cursor.fetchall()}
    entries = []
    for act, at in batch:
        length, head = ends.get(act.chain, (0, ZERO))
        entry = sealed(act, number=length + 1, recorded_at=at, previous=head)
        ends[act.chain] = (entry.number, entry.hash)
        entries.append(entry)
    return entries


def _copy(entries: Sequence[Sealed]) -> None:
    """Write entries and contents by COPY, their ids taken from the sequence beforehand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id')) FROM generate_series(1, %s)", [len(entries)]
        )
        ids = [id for (id,) in cursor.fetchall()]
        with cursor.copy(f"COPY ledger_entry (id, {COLUMNS}) FROM STDIN") as copy:
            for id, entry in zip(ids, entries, strict=True):
                copy.write_row((id, *entry.row()))
        with cursor.copy("COPY ledger_content (entry_id, salt, content) FROM STDIN") as copy:
            for id, entry in zip(ids, entries, strict=True):
                copy.write_row((id, entry.salt, json.dumps(entry.act.content, ensure_ascii=False)))
