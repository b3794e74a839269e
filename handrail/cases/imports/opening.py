"""From a row that was read to the case that it opens."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from handrail.cases.actions import accountable, called
from handrail.cases.imports.columns import FORCE
from handrail.cases.imports.rows import Reading
from handrail.cases.namesakes import near_any
from handrail.cases.record import AS_WRITTEN, BACK_RECORD, IMPORTED, Actor, Record, take
from handrail.organisations.models import Organisation, Person
from handrail.policy.questions import meanings
from handrail.policy.schema import Meaning, Pack, Step

Key = tuple[UUID, str]


class NoPost(Exception):
    """No post of whoever imports takes referrals for the force of this row."""


@dataclass(slots=True)
class Opener:
    """Opens cases for rows, on behalf of one person."""

    pack: Pack
    step: Step
    by: Person
    back_record: bool = False
    forces: dict[UUID, tuple[Organisation, Person | None]] = field(default_factory=dict)

    @property
    def force_question(self) -> str:
        """The id of the question that names the force."""
        form = self.pack.form_of(self.step)
        question = form.meaning(Meaning.FORCE) if form else None
        return question.id if question else FORCE

    def key(self, reading: Reading) -> Key | None:
        """What makes a row the same as one that was imported before; None where it cannot be read."""
        force = reading.answers.get(self.force_question)
        return (UUID(force), reading.reference) if force and reading.reference else None

    def open(self, reading: Reading) -> Record:
        """The case of a row without errors. Raises NoPost."""
        force, lead = self._force(UUID(reading.answers[self.force_question]))
        post = self.by.post_in(force, self.step.by)
        if post is None:
            raise NoPost(f"No post of yours takes referrals for {force.name}.")
        about = called(meanings(self.pack.form_of(self.step), reading.answers))
        record = Record.new(self.pack, force, None if lead and near_any(about, [lead]) else lead)
        take(
            record,
            self.step,
            reading.answers,
            actor=Actor(self.by.id, post.role, post.organisation_id),
            recorded_at=timezone.now(),
            happened_on=reading.received,
            also={IMPORTED: self._also(reading)},
        )
        if record.referral:
            record.referral.source_reference = reading.reference
        return record

    def _also(self, reading: Reading) -> dict[str, Any]:
        """What the entry says of where the referral came from."""
        also: dict[str, Any] = {"reference": reading.reference}
        also |= {AS_WRITTEN: reading.as_written} if reading.as_written else {}
        return also | ({BACK_RECORD: True} if self.back_record else {})

    def _force(self, named: UUID) -> tuple[Organisation, Person | None]:
        if named not in self.forces:
            force = Organisation.objects.get(pk=named)
            self.forces[named] = force, accountable(force)
        return self.forces[named]
