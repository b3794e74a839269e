"""How an act on a record of any kind is built."""

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
    """The author of an act: an id, the role that gives the authority, and the organisation of the post."""

    id: UUID
    role: str
    organisation: UUID
    force: UUID | None = None

    @property
    def bodies(self) -> set[str]:
        """The ids of the organisations on whose behalf the actor answers follow-ups."""
        return {str(id_) for id_ in (self.organisation, self.force) if id_}


def acting(by: Person, post: Post) -> Actor:
    """Return `by` as an actor in one of their posts."""
    return Actor(by.id, post.role, post.organisation_id, post.force_id)


def post_of(by: Person, actor: Actor | Act) -> Post:
    """Return the post in which `by` acts: of the actor's role, in the actor's organisation."""
    return next(
        post
        for post in by.current_posts
        if (post.role, post.organisation_id) == (actor.role, actor.organisation)
    )


@dataclass(frozen=True, slots=True)
class Said:
    """The content of a submitted form: its answers, and apart from them the outcome and its reason."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    outcome: str | None = None
    reason: str = ""

    @classmethod
    def by(cls, answers: Mapping[str, Any]) -> Self:
        """Build from raw answers, taking out the outcome and the reason."""
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
    """Return the act of taking a step on a record as it stands; nothing is folded or written.

    `more` is added to the entry's content beside answers and reason. `level` is the vetting level that its
    readers need, by default that of the step's marking. `pack` is the policy that it is recorded under, by
    default the record's.
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
