"""Records linked to a case's subject: force, owner, stage and decisions.

Users who work on a case decide about one person. They therefore learn this much of every record linked to
it, even of those they may not read; `config/finding.py` limits it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from handrail.policy.schema.step import StageKind, Step
from handrail.records.packs import in_any, known_packs
from handrail.records.packs import pack as pack_of

WITHHELD = "withheld by its marking"
LINKED = (
    "SELECT record, reference, subject, force, owner, email, policy, stage, since, opened, sees, reads,"
    " decided FROM subjects_linked(%s, %s)"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on a linked record in words. `waits`: it waits for sign-off."""

    on: date
    title: str
    outcome: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Linked:
    """One linked record. `sees`: the user may open its page; `reads`: without giving a reason first.

    `decisions` are those in force and one that waits for sign-off, the newest first.
    """

    record: UUID
    reference: str
    subject: UUID
    force: str
    owner: str
    email: str
    stage: str
    has_ended: bool
    since: date
    opened: date
    sees: bool
    reads: bool
    decisions: tuple[Decision, ...]

    @property
    def call(self) -> str:
        """Whom to ask about the record."""
        return (
            f"{self.owner}, {self.force} ({self.email})"
            if self.owner
            else f"the Prevent team of {self.force}"
        )


def linked_to(subject: UUID) -> list[Linked]:
    """Return records linked to a subject, the newest first, for a user who works on a case about it."""
    with connection.cursor() as cursor:
        cursor.execute(LINKED, [subject, sorted(_deciding())])
        return [_linked(*row) for row in cursor.fetchall()]


def _linked(
    record: UUID,
    reference: str,
    subject: UUID,
    force: str,
    owner: str | None,
    email: str | None,
    policy: str,
    stage: str,
    since: date,
    opened: date,
    sees: bool,
    reads: bool,
    decided: list[dict[str, Any]] | None,
) -> Linked:
    stands = pack_of(policy).stage_by_id[stage]
    return Linked(
        record=record,
        reference=reference,
        subject=subject,
        force=force,
        owner=owner or "",
        email=email or "",
        stage=stands.title,
        has_ended=stands.kind is not StageKind.OPEN,
        since=since,
        opened=opened,
        sees=sees,
        reads=reads,
        decisions=tuple(decisions(decided or []))[::-1],
    )


@cache
def _deciding() -> frozenset[str]:
    """Return ids of the steps that decide or sign off a case, in every policy."""
    return frozenset(in_any(known_packs(), lambda pack: (step for step in pack.steps if decides(step))))


def decides(step: Step) -> bool:
    """Return whether an outcome of the step moves a case or signs off a decision."""
    return any(outcome.to or outcome.confirms for outcome in step.outcomes)


def decisions(entries: Iterable[Mapping[str, Any]]) -> Iterator[Decision]:
    """Yield the decisions of one case in order: those in force, then one that waits for sign-off.

    `entries` are those of deciding steps in order, each with `at`, `act`, `policy` and `outcome` (None
    where it is withheld). A decision that was sent back is left out.
    """
    waiting: Decision | None = None
    for entry in entries:
        step = pack_of(entry["policy"]).step_by_id[entry["act"]]
        outcome = step.outcome(entry["outcome"])
        if step.signs:
            if waiting and (outcome is None or outcome.confirms):
                yield Decision(waiting.on, waiting.title, waiting.outcome)
            waiting = None
            continue
        on = timezone.localdate(datetime.fromisoformat(entry["at"]))
        said = Decision(on, step.title, outcome.title if outcome else WITHHELD)
        if outcome and outcome.signed_off:
            waiting = Decision(said.on, said.title, said.outcome, waits=True)
        else:
            waiting = None
            yield said
    if waiting:
        yield waiting
