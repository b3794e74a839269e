"""Appending entries to the ledger. Nothing else in Handrail writes to the ledger."""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from handrail.ledger.canonical import WRITTEN_AT, ZERO, commitment, encode, entry_hash, microseconds
from handrail.ledger.models import Content, Entry

COLUMNS = [field.attname for field in Entry._meta.concrete_fields if not field.primary_key]
LISTED = ", ".join(COLUMNS)
PLACES = ", ".join(["%s"] * len(COLUMNS))
ADD = f"""
WITH added AS (INSERT INTO ledger_entry ({LISTED}) VALUES ({PLACES}) RETURNING id),
said AS (INSERT INTO ledger_content (entry_id, salt, content, level)
    SELECT id, %s, %s::jsonb, %s FROM added)
SELECT id FROM added
"""  # noqa: S608 the names are our own model's
# PostgreSQL refuses COPY into tables under row security; one JSON text is the next fastest way.
ADD_MANY = f"""
INSERT INTO ledger_entry (id, {LISTED})
SELECT id, {LISTED} FROM json_populate_recordset(NULL::ledger_entry, %s::json)
"""  # noqa: S608 as above
SAY_MANY = """
INSERT INTO ledger_content (entry_id, salt, content, level)
SELECT entry_id, salt, content, level FROM json_populate_recordset(NULL::ledger_content, %s::json)
"""
BATCH = 20_000
LATER = timedelta(hours=1)
HANDRAIL = UUID("0d5a1f3c-8b7e-5d2a-9c41-3e6f2b8a7d90")  # the actor of entries that no account made


class ChainMoved(Exception):
    """Another transaction appended to the chain first; nothing was written. Read the record, decide again."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on one chain, to be recorded.

    `kind` says what the chain is about, such as a case; a chain keeps the kind of its first entry. `level` is
    the vetting that a reader of the content needs.
    """

    chain: UUID
    kind: str
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
    level: int = 0

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Return the act that an entry records. Raises DoesNotExist if its content was erased."""
        return cls(
            chain=entry.chain,
            kind=entry.kind,
            act=entry.act,
            outcome=entry.outcome,
            stage=entry.stage,
            actor=entry.actor,
            role=entry.role,
            organisation=entry.organisation,
            seen_version=entry.seen_version,
            happened_at=entry.happened_at,
            pack=entry.pack,
            content=entry.content.content,
            reason_given=entry.reason_given,
            level=entry.content.level,
        )


@dataclass(frozen=True, slots=True)
class Link:
    """An act with its number in the chain, its salt and its hashes."""

    act: Act
    number: int
    recorded_at: datetime
    salt: bytes
    content: bytes
    commitment: bytes
    previous: bytes
    hash: bytes

    def row(self) -> tuple[Any, ...]:
        """Return the values of COLUMNS."""
        a = self.act
        own = (
            a.chain,
            a.kind,
            self.number,
            a.act,
            a.outcome,
            a.stage,
            a.actor,
            a.role,
            a.organisation,
            a.seen_version,
        )
        when = (a.reason_given, a.happened_at, self.recorded_at, a.pack)
        return (*own, *when, self.commitment, self.previous, self.hash)


def link(act: Act, *, number: int, recorded_at: datetime, previous: bytes) -> Link:
    """Number and hash an act with a fresh salt. Raises NotCanonical for content that cannot be recorded."""
    salt = secrets.token_bytes(32)
    content = encode(act.content)
    committed = commitment(salt, content)
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
    return Link(act, number, recorded_at, salt, content, committed, previous, own)


def told_later(act: Act, recorded_at: datetime, now: datetime) -> Act:
    """Return the act, with the time of writing in its content if it is recorded as of an earlier time.

    Only the owner's role may do that, as for the demonstration; the database refuses it to others.
    """
    if now - recorded_at <= LATER:
        return act
    return replace(act, content=act.content | {WRITTEN_AT: now.isoformat()})


def append(act: Act, *, recorded_at: datetime | None = None) -> Entry:
    """Append one act to its chain; return the entry.

    The caller must hold an open transaction, with the change that the act records. Raises ChainMoved if
    another transaction appended to the chain meanwhile.
    """
    _refuse_outside_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT length, head FROM ledger_chain WHERE id = %s", [act.chain])
        length, head = cursor.fetchone() or (0, ZERO)
        now = timezone.now()
        at = recorded_at or now
        act = told_later(act, at, now)
        new = link(act, number=length + 1, recorded_at=at, previous=bytes(head))
        with _one_writer_a_chain():
            cursor.execute(ADD, [*new.row(), new.salt, new.content.decode(), act.level])
        (id_,) = cursor.fetchone() or (None,)
    entry = Entry.from_db(connection.alias, ["id", *COLUMNS], [id_, *new.row()])
    entry.content = Content(entry=entry, salt=new.salt, content=act.content, level=act.level)
    return entry


def append_many(acts: Sequence[Act], *, recorded_at: Sequence[datetime] | None = None) -> list[int]:
    """Append many acts, those of one chain in their order; return the ids of their entries.

    Needs an open transaction. Raises ChainMoved as `append` does.
    """
    _refuse_outside_transaction()
    times = recorded_at if recorded_at is not None else [timezone.now()] * len(acts)
    if len(times) != len(acts):
        raise ValueError(f"{len(acts)} acts come with {len(times)} times of recording.")
    ids: list[int] = []
    for start in range(0, len(acts), BATCH):
        ids += _add(_linked(acts[start : start + BATCH], times[start : start + BATCH]))
    return ids


def _refuse_outside_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("An entry is written in the transaction of what it records.")


def _linked(acts: Sequence[Act], times: Sequence[datetime]) -> list[Link]:
    """Return the acts with their hashes, each linked to the act before it in its chain."""
    with connection.cursor() as cursor:
        chains = list({act.chain for act in acts})
        cursor.execute("SELECT id, length, head FROM ledger_chain WHERE id = ANY(%s)", [chains])
        ends = {id_: (length, bytes(head)) for id_, length, head in cursor.fetchall()}
    links, now = [], timezone.now()
    for act, at in zip(acts, times, strict=True):
        length, head = ends.get(act.chain, (0, ZERO))
        new = link(told_later(act, at, now), number=length + 1, recorded_at=at, previous=head)
        ends[act.chain] = (new.number, new.hash)
        links.append(new)
    return links


def _add(links: Sequence[Link]) -> list[int]:
    """Write contents, then entries: the trigger of the entries expects their contents to be there."""
    with connection.cursor() as cursor, _one_writer_a_chain():
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id')) FROM generate_series(1, %s)",
            [len(links)],
        )
        ids = [id_ for (id_,) in cursor.fetchall()]
        said = [
            {"entry_id": id_, "salt": new.salt, "content": new.act.content, "level": new.act.level}
            for id_, new in zip(ids, links, strict=True)
        ]
        added = [
            {"id": id_} | dict(zip(COLUMNS, new.row(), strict=True))
            for id_, new in zip(ids, links, strict=True)
        ]
        cursor.execute(SAY_MANY, [json.dumps(said, default=_in_json)])
        cursor.execute(ADD_MANY, [json.dumps(added, default=_in_json)])
    return ids


def _in_json(value: Any) -> str:
    """Return a value without a JSON type in the text form that PostgreSQL reads."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


@contextmanager
def _one_writer_a_chain() -> Iterator[None]:
    """Raise ChainMoved if the database refuses an entry because another took its number."""
    try:
        with connection.wrap_database_errors:
            yield
    except (IntegrityError, OperationalError) as error:
        if _took_its_place(error):
            raise ChainMoved("Somebody else has just added to this record. Read it again.") from error
        raise


def _took_its_place(error: Exception) -> bool:
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None:
        return False
    serialised = diagnosis.sqlstate == "40001"
    return serialised or diagnosis.constraint_name in {"entry_number_once_in_chain", "ledger_chain_pkey"}
