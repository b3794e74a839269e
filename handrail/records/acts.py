"""What an act on a record is made of, whichever kind of record it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from handrail.ledger.record import Act
from handrail.organisations.models import Person, Post
from handrail.policy.schema.form import OUTCOME, REASON
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.kinds import Recorded, kind_of
from handrail.records.marking import level_of


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of an act: an id, the role that gives the authority, and the organisation it is held in."""

    id: UUID
    role: str
    organisation: UUID
    force: UUID | None = None

    @property
    def bodies(self) -> set[str]:
        """The organisations for which they answer what was asked."""
        return {str(id_) for id_ in (self.organisation, self.force) if id_}


def acting(by: Person, post: Post) -> Actor:
    """Return the actor that a person is by one of their posts."""
    return Actor(by.id, post.role, post.organisation_id, post.force_id)


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says: its answers, and apart from them what was decided and why."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    outcome: str | None = None
    reason: str = ""

    @classmethod
    def by(cls, answers: Mapping[str, Any]) -> Self:
        """Take outcome and reason out of the answers to a form."""
        own = dict(answers)
        outcome, reason = own.pop(OUTCOME, None), own.pop(REASON, "")
        return cls(own, outcome, reason)


def act_on(
    record: Recorded,
    step: Step,
    said: Said,
    *,
    by: Actor,
    happened_at: datetime,
    more: Mapping[str, Any] | None = None,
    level: int | None = None,
    pack: Pack | None = None,
) -> Act:
    """Return the act of a step on a record as it stands. Nothing is folded or written.

    `more` is what its content says beside answers and reason. `level` is how far its readers have to be
    vetted where the marking of the step does not say it, `pack` the policy under which the act is recorded
    where it is not that of the record.
    """
    pack = pack or record.pack
    because = {"reason": said.reason} if said.reason else {}
    return Act(
        chain=record.pk,
        kind=kind_of(record).name,
        act=step.id,
        outcome=said.outcome,
        stage=record.stage_id,
        actor=by.id,
        role=by.role,
        organisation=by.organisation,
        seen_version=record.version,
        happened_at=happened_at,
        pack=pack.id,
        content={"answers": dict(said.answers)} | because | dict(more or {}),
        reason_given=bool(said.reason),
        level=level_of(pack.marking_of(step)) if level is None else level,
    )
