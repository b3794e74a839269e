"""Whether a row under a known reference says what was imported under it before."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from handrail.cases.engine.record import AS_WRITTEN, IMPORTED
from handrail.cases.imports.columns import RECEIVED_ON
from handrail.cases.imports.opening import Key
from handrail.cases.imports.rows import Reading
from handrail.cases.models import Case, Referral
from handrail.ledger.models import Entry

FIRST = 1


def entries_of(keys: Iterable[Key]) -> dict[Key, list[Entry]]:
    """Return the entries that opened the referrals with these keys, for each key on record.

    Where cases were merged, the opening entries of all of them: nothing else says which was whose.
    """
    wanted = set(keys)
    found = Referral.objects.filter(
        force__in={force for force, _ in wanted}, source_reference__in={reference for _, reference in wanted}
    ).exclude(source_reference="")
    case_of = {(r.force_id, r.source_reference): r.case_id for r in found}
    joined: dict[UUID, set[UUID]] = {case: {case} for case in case_of.values()}
    for case, into in Case.objects.filter(joined_to__in=joined).values_list("pk", "joined_to"):
        if into:
            joined[into].add(case)
    chains = {chain for every in joined.values() for chain in every}
    entries = Entry.objects.filter(Q(chain__in=chains), number=FIRST).select_related("content")
    by_chain = {entry.chain: entry for entry in entries}
    return {
        key: [by_chain[chain] for chain in joined[case] if chain in by_chain]
        for key, case in case_of.items()
        if key in wanted
    }


def differences(reading: Reading, entries: Iterable[Entry], columns: Mapping[str, str]) -> list[str]:
    """Return the file's names of the columns in which a row differs from what was imported before.

    Of several entries the closest counts. `columns` maps our names to the file's; an answer without a column
    in the file is not compared.
    """
    found = [_differing(reading, entry, columns) for entry in entries if hasattr(entry, "content")]
    return min(found, key=len, default=[])


def _differing(reading: Reading, entry: Entry, columns: Mapping[str, str]) -> list[str]:
    then = _told(entry)
    now = dict(reading.answers) | reading.as_written
    if reading.received:
        now[RECEIVED_ON.id] = reading.received.isoformat()
    return [title for name, title in columns.items() if now.get(_own(name)) != then.get(_own(name))]


def _told(entry: Entry) -> dict[str, Any]:
    content = entry.content.content
    received = timezone.localdate(entry.happened_at).isoformat()
    written = content.get(IMPORTED, {}).get(AS_WRITTEN, {})
    return {**content.get("answers", {}), **written, RECEIVED_ON.id: received}


def _own(name: str) -> str:
    """Return the id of a column's question, without the item of a question that is asked for each item."""
    return name.split(".", 1)[0]
