"""Steps that a user may take on a case now: one answer for the page that offers a step and for the act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from handrail.access.errors import NotAllowed
from handrail.cases.case_access.who_may_work import choices_on, near_in_name
from handrail.cases.engine.authority import acting_on
from handrail.cases.engine.guards import known_beforehand
from handrail.cases.engine.record import Record
from handrail.cases.errors import NotNow
from handrail.cases.models import Case
from handrail.cases.timeline.entries import marking_of_entry
from handrail.ledger.models import Entry
from handrail.organisations.models import Person
from handrail.policy import process
from handrail.policy.follow_ups import Asked
from handrail.policy.position import Refusal
from handrail.policy.schema.form import Kind
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.acts import Actor
from handrail.records.marking import level_of

NOBODY = "There is nobody to choose for this. Tell the force strategic lead who is missing."
NOBODY_NAMED = "Nobody named for this case can be chosen for this. Name somebody for it first."


@dataclass(frozen=True)
class OpenSteps:
    """The steps of a case that are open to a person on a day."""

    record: Record
    person: Person
    today: date

    @cached_property
    def actors(self) -> list[Actor]:
        """The person as an Actor for each post by which they may act on the case."""
        return acting_on(self.record.case, self.person)

    @cached_property
    def roles(self) -> set[str]:
        """The roles in which the person may act on the case."""
        return {actor.role for actor in self.actors}

    @cached_property
    def bodies(self) -> set[str]:
        """The ids of the organisations for which the person answers."""
        return {body for actor in self.actors for body in actor.bodies}

    def to_begin(self) -> list[Step]:
        """Return the steps that can begin on the page of the case, which name no earlier entry."""
        position, by = self.record.position, str(self.person.pk)
        found = process.open_steps(self.record.pack, position, by=by, roles=self.roles)
        return [step for step in found if kind_of(step).begun_from_case and self._is_open(step)]

    def to_answer(self, asked: Asked) -> list[Step]:
        """Return the steps by which the person may answer a follow-up."""
        pack, position, by = self.record.pack, self.record.position, str(self.person.pk)
        found = process.open_answers(pack, position, asked, by=by, roles=self.roles, bodies=self.bodies)
        return [step for step in found if self._is_open(step, asked.number)]

    def refusal(self, step: Step, about: int | None = None) -> Refusal | None:
        """Return why the person may not take a step now, whatever the answers; None where they may.

        `about` is the number of the entry that the step answers or corrects.
        """
        return next(self._refusals(step, about), None)

    def refuse(self, step: Step) -> None:
        """Raise NotAllowed or NotNow where there is a refusal."""
        if refused := self.refusal(step):
            raise_refusal(refused)

    def _is_open(self, step: Step, about: int | None = None) -> bool:
        return next(self._beside_process(step, about), None) is None

    def _refusals(self, step: Step, about: int | None) -> Iterator[Refusal]:
        if where := _joined_elsewhere(self.record.case, step, self.person):
            yield Refusal(where, of_person=False)
        refused = process.refusal(
            self.record.pack,
            self.record.position,
            step,
            by=str(self.person.pk),
            roles=self.roles,
            about=about,
            bodies=self.bodies,
        )
        if refused:
            yield refused
        yield from self._beside_process(step, about)

    def _beside_process(self, step: Step, about: int | None) -> Iterator[Refusal]:
        """Yield the refusals that need more than the position of the case."""
        case = self.record.case
        if _signs_unread(self.record, step, self.person):
            yield Refusal(
                "You do not have the vetting to read this decision. Ask another person to sign it off.",
                of_person=True,
            )
        if _takes_over(case, step) and self.person in near_in_name(case, [self.person]):
            yield Refusal(
                "This case may be about you, because the names are similar. Somebody else must take it over.",
                of_person=True,
            )
        if obstacle := known_beforehand(self.record.pack, case, step, self.today):
            yield Refusal(obstacle, of_person=False)
        if self._offers_nobody(step, about):
            yield Refusal(NOBODY_NAMED if case.restricted else NOBODY, of_person=False)

    def _offers_nobody(self, step: Step, about: int | None) -> bool:
        """Return whether the form of a step always asks for a person, and there is nobody to choose.

        A user who acts in one of the roles asked for is among the choices, so no query is needed.
        """
        form = self.record.pack.form_of(step)
        asked = [question for question in form.always_asked if question.kind is Kind.PERSON] if form else []
        others = [question for question in asked if not self.roles & {*question.roles}]
        options = choices_on(self.record.case, step, about) if others else None
        return options is not None and not all(map(options, others))


def raise_refusal(refused: Refusal) -> None:
    """Raise NotAllowed for a refusal of the person, NotNow for one of the step."""
    raise (NotAllowed if refused.of_person else NotNow)(refused.reason)


def _joined_elsewhere(case: Case, step: Step, by: Person) -> str:
    """Return why a step belongs on the case that this one was merged into; empty where it is taken here."""
    if case.joined_to_id is None or case.stage_id in step.stages:
        return ""
    other = Case.objects.visible_to(by).filter(pk=case.joined_to_id).first()
    where = f"case {other.reference}" if other else "another case"
    return (
        f"This case was joined to {where} since you started. Record it there. You cannot add anything here."
    )


def _signs_unread(record: Record, step: Step, by: Person) -> bool:
    """Return whether a step signs off an entry above the user's vetting."""
    pending = record.position.pending
    if not (step.signs and pending):
        return False
    entry = Entry.objects.get(chain=record.case.pk, number=pending.number)
    return max(level_of(marking_of_entry(record.case, entry)), record.case.level) > by.vetting


def _takes_over(case: Case, step: Step) -> bool:
    """Return whether taking this step makes the user responsible for the case."""
    rule = case.pack.answering.get(step.id)
    return rule is not None and rule.gives != "nothing" and step.id == rule.accepted_by
