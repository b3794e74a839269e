"""Stages, steps with their outcomes, and registers: the process that a pack declares."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from handrail.policy.base import Frozen, Id, Sourced, Text


class StageKind(StrEnum):
    """Whether a case in a stage is being worked on, watched after leaving, or at rest."""

    OPEN = "open"
    WATCHED = "watched"
    CLOSED = "closed"


class Stage(Sourced):
    """Where a case stands.

    `beside_as` names a stage whose steps that are taken beside anything else are taken here too; `was` names
    the stages of the extended pack that it takes the place of.
    """

    id: Id
    title: Text
    description: Text
    kind: StageKind
    beside_as: Id | None = None
    was: tuple[Id, ...] = ()


class Outcome(Sourced):
    """What a step may lead to. Whoever chooses it gives a reason in words."""

    id: Id
    title: Text
    hint: str = ""
    to: Id | None = None
    signed_off: bool = False
    confirms: bool = False
    ends: bool = False
    after: tuple[Id, ...] = ()
    until_months: int | None = Field(default=None, gt=0)


PUBLIC = "public"  # the role of somebody without an account


class Step(Sourced):
    """An act that moves or adds to a case; the only way a case changes.

    `kind` is the word of a kind of `policy/step_kinds`. The keys before the empty line go with every kind:
    who takes the step, where, what it asks, and where it leads. Each of the others goes with some kinds
    alone, and only the modules of these read it.
    """

    id: Id
    title: Text
    act: Text
    hint: str = ""
    kind: Id = "ordinary"
    by: tuple[Id, ...] = ()
    stages: tuple[Id, ...] = ()
    form: Id | None = None
    decision: str = ""
    outcomes: tuple[Outcome, ...] = ()
    to: Id | None = None
    after: tuple[Id, ...] = ()
    signs: Id | None = None
    beside: bool = False
    once: bool = False
    clock: Literal["runs", "stops", "restarts"] = "runs"
    marking: Id | None = None

    public: bool = False
    confidants: Id | None = None
    without_name: Id | None = None
    in_register: Id | None = None
    ends: bool = False
    corrects: tuple[Id, ...] = ()
    informs: tuple[Id, ...] = ()

    def outcome(self, outcome: str | None) -> Outcome | None:
        """The outcome with this id, or None."""
        return next((o for o in self.outcomes if o.id == outcome), None)


class OutcomeOf(Frozen):
    """A step taken with one of its outcomes."""

    step: Id
    outcome: Id


class Register(Sourced):
    """What is put on record without a case: each matter in it stands by itself and is about nobody.

    Steps of the kind `register-entry` name it. `about_nobody`: who writes is reminded to leave out whom it is
    about. A matter may become a case by the step `becomes`; `became_by` records that, and `carries` says
    which answers of the step that began it are put into which questions of the referral.
    """

    id: Id
    title: Text
    statement: Text
    about_nobody: bool = False
    becomes: Id | None = None
    became_by: Id | None = None
    carries: dict[Id, Id] = Field(default_factory=dict)
