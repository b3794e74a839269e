"""A whole pack: every part of it, and look-ups by id."""

from datetime import date
from functools import cached_property

from pydantic import Field

from handrail.policy.base import Calendar, Frozen, Id, Text
from handrail.policy.guards import Guard
from handrail.policy.schema.access import UNMARKED, UNSAID, Access, Documents, Marking, Paper
from handrail.policy.schema.codes import Code, CodeList, CodeMapping
from handrail.policy.schema.form import Form
from handrail.policy.schema.obligations import Check, FollowUp, Limit, Obligation
from handrail.policy.schema.overview import Card
from handrail.policy.schema.question_set import QuestionSet
from handrail.policy.schema.settings import (
    UNSAID_GAP,
    UNSAID_SHORT,
    Acknowledgement,
    Chronology,
    Dialogue,
    Factors,
    Notices,
    Safeguarding,
    ShortSteps,
    Threat,
)
from handrail.policy.schema.step import Register, Stage, StageKind, Step


class Source(Frozen):
    """A document that the pack rests on."""

    id: Id
    title: Text
    where: str = ""


class Pack(Frozen):
    """A complete national policy."""

    id: Id
    title: Text
    summary: Text
    in_force_from: date
    calendar: Calendar
    words: dict[str, str]
    draft_days: int = Field(gt=0)
    access: Access
    paper: Paper
    notices: Notices
    sources: tuple[Source, ...]
    roles: tuple[Code, ...]
    stages: tuple[Stage, ...]
    code_lists: tuple[CodeList, ...]
    forms: tuple[Form, ...]
    steps: tuple[Step, ...]
    limits: tuple[Limit, ...]
    checks: tuple[Check, ...]
    guards: tuple[Guard, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    markings: tuple[Marking, ...] = ()
    registers: tuple[Register, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    question_sets: tuple[QuestionSet, ...] = ()
    overview: tuple[Card, ...] = ()
    marking: Id | None = None
    extends: Id | None = None
    mappings: tuple[CodeMapping, ...] = ()
    factors: Factors | None = None
    threat: Threat | None = None
    acknowledgement: Acknowledgement | None = None
    dialogue: Dialogue | None = None
    safeguarding: Safeguarding | None = None
    documents: Documents = UNSAID
    chronology: Chronology = UNSAID_GAP
    short_steps: ShortSteps = UNSAID_SHORT

    @cached_property
    def role_titles(self) -> dict[str, str]:
        """Return the title of each role, by its id."""
        return {role.id: role.label for role in self.roles}

    @cached_property
    def stage_by_id(self) -> dict[str, Stage]:
        """Return every stage by its id."""
        return {stage.id: stage for stage in self.stages}

    @cached_property
    def step_by_id(self) -> dict[str, Step]:
        """Return every step by its id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def form_by_id(self) -> dict[str, Form]:
        """Return every form by its id."""
        return {form.id: form for form in self.forms}

    @cached_property
    def codes_by_id(self) -> dict[str, CodeList]:
        """Return the codes of every list by the list's id, with the codes of combined lists resolved."""
        own = {codes.id: codes.codes for codes in self.code_lists}
        joined = {
            codes.id: tuple(code for other in codes.of for code in own.get(other, ()))
            for codes in self.code_lists
            if codes.of
        }
        return {
            codes.id: codes.model_copy(update={"codes": joined[codes.id]}) if codes.of else codes
            for codes in self.code_lists
        }

    def codes_of(self, list_id: str | None) -> tuple[Code, ...]:
        """Return the codes of a list; none where no list is named."""
        return self.codes_by_id[list_id].codes if list_id else ()

    @cached_property
    def marking_by_id(self) -> dict[str, Marking]:
        """Return every marking by its id."""
        return {marking.id: marking for marking in self.markings or (UNMARKED,)}

    def marking_of(self, step: Step | None) -> Marking:
        """Return the default marking of a step's entries; None stands for a whole case."""
        chosen = (step.marking if step else None) or self.marking
        return self.marking_by_id[chosen] if chosen else next(iter(self.marking_by_id.values()))

    def markings_from(self, least: Marking) -> list[Marking]:
        """Return a marking and those above it."""
        every = list(self.marking_by_id.values())
        return every[every.index(least) :]

    @cached_property
    def limit_by_id(self) -> dict[str, Limit]:
        """Return every limit by its id."""
        return {limit.id: limit for limit in self.limits}

    @cached_property
    def follow_up_by_id(self) -> dict[str, FollowUp]:
        """Return every kind of follow-up by its id."""
        return {follow_up.id: follow_up for follow_up in self.follow_ups}

    @cached_property
    def question_set_by_id(self) -> dict[str, QuestionSet]:
        """Return every yearly question set by its id."""
        return {asked.id: asked for asked in self.question_sets}

    @cached_property
    def asking(self) -> dict[str, FollowUp]:
        """Map each step that asks for a follow-up to its kind."""
        return {step: follow_up for follow_up in self.follow_ups for step in follow_up.opened_by}

    @cached_property
    def answering(self) -> dict[str, FollowUp]:
        """Map each step that answers a follow-up to its kind."""
        return {step: follow_up for follow_up in self.follow_ups for step in follow_up.answered_by}

    @cached_property
    def guard_by_id(self) -> dict[str, Guard]:
        """Return every guard by its id."""
        return {guard.id: guard for guard in self.guards}

    def guards_of(self, step: Step) -> list[Guard]:
        """Return the guards that apply to entries of this step, in the pack's order."""
        return self._guards_by_step.get(step.id, [])

    @cached_property
    def _guards_by_step(self) -> dict[str, list[Guard]]:
        names = {step for guard in self.guards for step in guard.steps}
        return {name: [guard for guard in self.guards if name in guard.steps] for name in names}

    @cached_property
    def check_by_id(self) -> dict[str, Check]:
        """Return every check by its id."""
        return {check.id: check for check in self.checks}

    @cached_property
    def obligation_by_id(self) -> dict[str, Obligation]:
        """Return every obligation of organisations by its id."""
        return {obligation.id: obligation for obligation in self.obligations}

    @cached_property
    def register_by_id(self) -> dict[str, Register]:
        """Return every register by its id."""
        return {register.id: register for register in self.registers}

    @cached_property
    def source_by_id(self) -> dict[str, Source]:
        """Return every source by its id."""
        return {source.id: source for source in self.sources}

    def form_of(self, step: Step) -> Form | None:
        """Return the form of a step; None where it has none, or names one that no sound pack would name."""
        return self.form_by_id.get(step.form or "")

    def states_threat(self, answer: object) -> bool:
        """Return whether an answer to a question that means `threat.stated` raises the flag."""
        return self.threat is not None and isinstance(answer, str) and answer in self.threat.stated

    @cached_property
    def threat_limit(self) -> Limit | None:
        """Return the limit that begins when a threat is stated on a case; None where the policy has none."""
        return self.threat_limit_in(None)

    def threat_limit_in(self, register: str | None) -> Limit | None:
        """Return the limit that begins when a threat is stated in a register, or on a case for None."""
        found = ((self.step_by_id.get(limit.step), limit) for limit in self.limits if limit.on_threat)
        return next((limit for step, limit in found if step and step.in_register == register), None)

    def stages_of(self, kind: StageKind) -> list[str]:
        """Return the ids of the stages of one kind."""
        return [stage.id for stage in self.stages if stage.kind is kind]
