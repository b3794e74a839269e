"""Fold of grants, exclusions, samples and duties again from their entries, to compare with their rows."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Model

from handrail.access.actions import EXCLUDED, KIND
from handrail.access.models import Exclusion, Grant, Sample
from handrail.ledger.models import Entry
from handrail.ledger.rebuild import Difference, Projection, Table, rows_of_chains
from handrail.organisations.duty import Duty
from handrail.organisations.models import Organisation
from handrail.policy.schema.step import PUBLIC

GIVEN = "May lie before the entry, where what was given before is put on record."

TABLES: Mapping[type[Model], Table] = {
    Grant: Table(apart={"since": GIVEN}, near=("ended_at", "reviewed_at")),
    Exclusion: Table(near=("since", "ended_at")),
    Sample: Table(near=("since", "ended_at")),
    Duty: Table(),
}


def of_chains(chains: Sequence[UUID]) -> Iterator[Difference]:
    """Yield every difference between these chains and the rows that they made."""
    bodies = frozenset(Organisation.objects.values_list("pk", flat=True))
    yield from rows_of_chains(chains, TABLES, partial(fold, bodies))


PROJECTION = Projection(KIND, TABLES, of_chains)


def fold(bodies: Collection[UUID], row: Model | None, entry: Entry) -> Model | None:
    """Return the row that a chain makes after one more entry; None for a chain about something else.

    `bodies` are the ids of all organisations, of which an entry does not say that they are no users.
    """
    said = entry.content.content
    if isinstance(row, Grant | Exclusion | Sample):
        _change(row, entry, said)
    elif isinstance(row, Duty):
        row.until = datetime.fromisoformat(said["until"])
        row.since = min(row.since, row.until)
    elif entry.act in BEGINNINGS:
        return BEGINNINGS[entry.act](entry, said)
    elif "stages" in said:
        return _grant(bodies, entry, said)
    return row


def _change(row: Grant | Exclusion | Sample, entry: Entry, said: Mapping[str, Any]) -> None:
    if isinstance(row, Grant) and entry.act == "access-reviewed":
        row.reviewed_by_id, row.reviewed_at = entry.actor, entry.recorded_at
        row.finding, row.finding_reason = said["finding"], said["reason"]
    else:
        row.ended_by_id, row.ended_at = entry.actor, entry.recorded_at


def _author(entry: Entry) -> UUID | None:
    return None if entry.role == PUBLIC else entry.actor


def _grant(bodies: Collection[UUID], entry: Entry, said: Mapping[str, Any]) -> Grant:
    to, event = UUID(said["to"]), said.get("event") or {}
    return Grant(
        id=entry.chain,
        record=UUID(said["record"]),
        person_id=None if to in bodies else to,
        organisation_id=to if to in bodies else None,
        kind=said["kind"],
        stages=said["stages"],
        purpose=said["purpose"],
        reason=said["reason"],
        basis=said["basis"],
        controller=said["controller"],
        sample_id=_id(said.get("sample")),
        by_id=_author(entry),
        role=entry.role,
        office=said.get("office", ""),
        office_in_id=_id(said.get("office_in")),
        event_kind=event.get("kind", ""),
        event=_id(event.get("id")),
        event_words=event.get("words", ""),
        event_on=date.fromisoformat(event["on"]) if event else None,
        until=datetime.fromisoformat(said["until"]) if said["until"] else None,
    )


def _exclusion(entry: Entry, said: Mapping[str, Any]) -> Exclusion:
    return Exclusion(
        id=entry.chain,
        record=UUID(said["record"]),
        person_id=UUID(said["person"]),
        reason=said["reason"],
        by_id=_author(entry),
        since=entry.recorded_at,
    )


def _sample(entry: Entry, said: Mapping[str, Any]) -> Sample:
    return Sample(
        id=entry.chain,
        inspector_id=UUID(said["inspector"]),
        by_id=entry.actor,
        reason=said["reason"],
        chosen=said["chosen"],
        since=entry.recorded_at,
        until=datetime.fromisoformat(said["until"]),
    )


def _duty(entry: Entry, said: Mapping[str, Any]) -> Duty:
    return Duty(
        id=entry.chain,
        force_id=UUID(said["force"]),
        person_id=UUID(said["person"]),
        telephone=said["telephone"],
        since=datetime.fromisoformat(said["since"]),
        until=datetime.fromisoformat(said["until"]),
    )


def _id(said: str | None) -> UUID | None:
    return UUID(said) if said else None


BEGINNINGS: Mapping[str, Callable[[Entry, Mapping[str, Any]], Model]] = {
    EXCLUDED: _exclusion,
    "access-sample-drawn": _sample,
    "duty-given": _duty,
}
