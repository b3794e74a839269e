"""Comparison of every document with the entry that added it: its row, and the file in the store."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

from handrail.cases.files.models import Document
from handrail.cases.files.store import Missing, Unavailable
from handrail.ledger.models import CLOCKS_DIFFER_BY, Entry
from handrail.ledger.rebuild import Difference, NotFolded, folding
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.records.packs import pack

TABLE = Document._meta.db_table
BATCH = 500


def differences() -> Iterator[Difference]:
    """Yield each document whose row or file is not what its entry says, is gone, or that no entry added.

    Reads one file at a time. The caller holds one snapshot of the database.
    """
    added: set[UUID] = set()
    for entry in _adding_entries():
        name = f"chain {entry.chain}, entry {entry.number}"
        try:
            with folding(entry, entry.number):
                said = entry.content.content["document"]
                added.add(UUID(said["id"]))
                found = [*_compared(name, entry, said)]
        except NotFolded as error:
            found = [Difference(name, TABLE, why=str(error))]
        yield from found
    for pk in Document.objects.exclude(pk__in=added).values_list("pk", flat=True):
        yield Difference(f"row {pk}", TABLE, why=f"{TABLE} has it, and no entry made it")


def _compared(name: str, entry: Entry, said: dict[str, Any]) -> Iterator[Difference]:
    """Yield each difference between an entry that added a document, and the document."""
    document = Document.objects.filter(pk=said["id"]).first()
    if document is None:
        yield Difference(name, TABLE, why="the document that it added is gone")
        return
    yield from (Difference(name, TABLE, column) for column in _columns(document, entry, said))
    if fault := _fault_of_file(document, said["sha256"]):
        yield Difference(name, TABLE, why=fault)


def _adding_entries() -> Iterator[Entry]:
    entries = Entry.objects.filter(content__content__has_key="document").select_related("content")
    return entries.order_by("pk").iterator(chunk_size=BATCH)


def _columns(document: Document, entry: Entry, said: dict[str, Any]) -> Iterator[str]:
    """Yield each column of a row that is not what its entry says."""
    form = pack(entry.pack).form_of(pack(entry.pack).step_by_id[entry.act])
    expected = {
        "record": entry.chain,
        "number": entry.number,
        "kind": said["kind"],
        "size": said["size"],
        "title": meanings(form, entry.content.content["answers"])[Meaning.DOCUMENT_TITLE],
        "level": entry.content.level,
        "by_id": entry.actor,
    }
    yield from (column for column, value in expected.items() if getattr(document, column) != value)
    if bytes(document.digest).hex() != said["sha256"]:
        yield "digest"
    if abs(document.at - entry.recorded_at) > CLOCKS_DIFFER_BY:
        yield "at"


def _fault_of_file(document: Document, digest: str) -> str:
    """Return what is wrong with the file of a document; nothing where it has the digest of its entry."""
    try:
        content = document.content()
    except Missing:
        return "the file of its document is gone, or was changed"
    except Unavailable as error:
        return f"the file of its document cannot be read: {error}"
    if sha256(content).hexdigest() != digest:
        return "the file of its document is another one than was added"
    return ""
