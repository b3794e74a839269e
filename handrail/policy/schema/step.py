"""Stages, steps with their outcomes, and registers: the process that a pack declares."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from handrail.policy.base import Frozen, Id, Sourced, Text


class StageKind(StrEnum):
    """Whether a case in a stage is being worked on, watched after leaving, or closed."""

    OPEN = "open"
    WATCHED = "watched"
    CLOSED = "closed"


class Stage(Sourced):
    """A stage of a case.

    `beside_as` names a stage: its steps that may be taken at any time are taken here too. `was` names the
    stages of the extended pack that this stage replaces.
    """

    id: Id
    title: Text
    description: Text
    kind: StageKind
    beside_as: Id | None = None
    was: tuple[Id, ...] = ()


class Outcome(Sourced):
    """A possible result of a step. A user who chooses an outcome gives a reason in words."""

    id: Id
    title: Text
    hint: str = ""
    to: Id | None = None
    signed_off: bool = False
    confirms: bool = False
    ends: bool = False
    after: tuple[Id, ...] = ()
    until_months: int | None = Field(default=None, gt=0)


PUBLIC = "public"  # the role of a person without an account


class Step(Sourced):
    """An act that moves or adds to a case; the only way a case changes.

    `kind` is the word of a kind of `policy/step_kinds`. The keys before the empty line apply to every kind:
    who takes the step, where, what it asks, and where it leads. Each other key applies to some kinds only,
    and only the modules of these kinds read it.
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
        """Return the outcome with this id, or None."""
        return next((o for o in self.outcomes if o.id == outcome), None)


class OutcomeOf(Frozen):
    """A step with one of its outcomes."""

    step: Id
    outcome: Id


class Register(Sourced):
    """A list of entries without a case; each entry stands by itself and names no subject.

    Steps of the kind `register-entry` name the register. `about_nobody`: the author is reminded to leave
    out whom it concerns. An entry may become a case by the step `becomes`; `became_by` records that, and
    `carries` maps answers of the entry's first step to questions of the referral. `groups` names a register
    whose entries belong to entries of this one, as what a project does belongs to the project.
    """

    id: Id
    title: Text
    statement: Text
    about_nobody: bool = False
    becomes: Id | None = None
    became_by: Id | None = None
    carries: dict[Id, Id] = Field(default_factory=dict)
    groups: Id | None = None
