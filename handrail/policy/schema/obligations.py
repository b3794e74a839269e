"""Limits, obligations, follow-ups and checks: what is due, what is asked for, and what must be true."""

from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import Field

from handrail.policy.base import Frozen, Id, Sourced, Text
from handrail.policy.schema.step import OutcomeOf


class Limit(Sourced):
    """The time allowed between two events, in working days, months or hours, or until a day that was named.

    `on_named_day`: the limit of a register ends on the day that the step's form asks for with the meaning
    `register-entry.end`. Hours run through nights, weekends and holidays. `on_threat`: the limit begins when
    a threat is stated, on a case or in the register of its step; it lapses when the flag is lowered, and is
    listed before all others. `step` and each of `also_kept_by` meet the limit; `unchecked` says why no check
    asks whether they did. `settled_first`: while the limit runs, no decision takes the case to a stage where
    `step` is not possible.
    """

    id: Id
    title: Text
    statement: Text
    after_steps: tuple[Id, ...] = ()
    after_outcomes: tuple[OutcomeOf, ...] = ()
    on_stages: tuple[Id, ...] = ()
    within_stages: tuple[Id, ...] = ()
    step: Id
    working_days: int | None = Field(default=None, gt=0)
    months: int | None = Field(default=None, gt=0)
    hours: int | None = Field(default=None, gt=0)
    on_named_day: bool = False
    on_threat: bool = False
    stops: bool = True
    first_counts: bool = False
    latest_months: int | None = Field(default=None, gt=0)
    also_kept_by: tuple[Id, ...] = ()
    settled_first: bool = False
    unchecked: str = ""


class Obligation(Sourced):
    """Something that an organisation does repeatedly: at least every so many calendar days.

    `event` names what meets the obligation, such as a meeting of a panel. Code that knows the event
    declares which organisations have the obligation and who is responsible (`records.obligations`).
    `unchecked` says why no check asks whether it was met.
    """

    id: Id
    title: Text
    statement: Text
    event: Id
    days: int = Field(gt=0)
    unchecked: str = ""


class Stopped(Frozen):
    """A step that waits until a follow-up has ended: with one of its outcomes, or with any."""

    step: Id
    outcome: Id | None = None


class FollowUp(Sourced):
    """Something that an assignee is asked to do for a case, from the request to its end.

    Steps ask (`opened_by`), accept, refuse, pass on and end it; all but the first name the entry that
    asked. `gives` says what accepting transfers to the assignee: the case, or its force. A step in
    `reported_by` reports progress and ends nothing; the next report is due `report_working_days` later, or
    when its form says. `holds_up` names the decisions that wait, with their sign-off, while one is open.
    `unchecked` says why no check asks whether it was answered in time.
    """

    id: Id
    title: Text
    statement: Text
    opened_by: tuple[Id, ...] = Field(min_length=1)
    accepted_by: Id | None = None
    refused_by: Id | None = None
    refusal_ends: bool = False
    passed_on_by: Id | None = None
    ended_by: tuple[Id, ...] = ()
    reported_by: tuple[Id, ...] = ()
    report_working_days: int | None = Field(default=None, gt=0)
    answer_working_days: int | None = Field(default=None, gt=0)
    working_days: int | None = Field(default=None, gt=0)
    one_at_a_time: bool = False
    gives: Literal["nothing", "owner", "force"] = "nothing"
    unchecked: str = ""
    holds_up: tuple[Stopped, ...] = ()

    def stops_step(self, step: str, outcome: str | None) -> bool:
        """Return whether an open follow-up of this kind stops a step with this outcome."""
        return any(one.step == step and one.outcome in {None, outcome} for one in self.holds_up)

    @cached_property
    def answered_by(self) -> frozenset[str]:
        """The steps that answer an open follow-up, by naming its entry."""
        once = (self.accepted_by, self.refused_by, self.passed_on_by)
        return frozenset(filter(None, (*once, *self.ended_by, *self.reported_by)))


class CheckKind(StrEnum):
    """The kinds of check built into the schema; `packs/README.md` explains each with an example."""

    TAKEN_BEFORE = "taken-before"
    TAKEN_WHILE = "taken-while"
    WITHIN_LIMIT = "within-limit"
    SIGNED_BY_ANOTHER = "signed-by-another"
    RECORDED_WITHIN = "recorded-within"
    OWNER_SET = "owner-set"
    ANSWERED = "answered"
    FACTORS_ANSWERED = "factors-answered"
    FOLLOWED_UP = "followed-up"
    GUARDED = "guarded"
    OBLIGATION_MET = "obligation-met"


class Check(Sourced):
    """A statement about every case, or every organisation, that compiles to one query.

    `kind` is one of `CheckKind`, or a kind that a room has registered in `policy.names`.
    """

    id: Id
    statement: Text
    out_of_line: Text
    kind: CheckKind | Id = Field(union_mode="left_to_right")
    step: Id | None = None
    before: Id | None = None
    stage: Id | None = None
    limit: Id | None = None
    question: Id | None = None
    outcome: Id | None = None
    follow_up: Id | None = None
    obligation: Id | None = None
    guards: tuple[Id, ...] = ()
    days: int | None = Field(default=None, gt=0)
