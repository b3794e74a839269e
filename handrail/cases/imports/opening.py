"""Opening the case of a row that was read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from handrail.access import actions as access
from handrail.cases.case_access.keeping_out import Closing, closing_of
from handrail.cases.case_access.namesakes import Accounts, accounts_of
from handrail.cases.case_access.who_may_work import NEAR_IN_NAME, are_all, who_allocate
from handrail.cases.engine.record import AS_WRITTEN, BACK_RECORD, IMPORTED, Record
from handrail.cases.engine.store import write_new
from handrail.cases.engine.taking import take
from handrail.cases.imports.columns import FORCE
from handrail.cases.imports.rows import Reading
from handrail.cases.models.restriction import Category
from handrail.cases.steps.new_case import accountable, called, people_over, said_of_whom
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.records.acts import Actor

Key = tuple[UUID, str]


class NoPost(Exception):
    """No post of the importing user takes referrals for the row's force."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A force, its new cases' owner, accounts that could see them, and users who can allocate them."""

    force: Organisation
    lead: Person | None
    accounts: Accounts
    allocate: set[UUID]


@dataclass(slots=True)
class Opener:
    """Opens cases for rows, on behalf of one user.

    By the id of a case that is not written yet, `kept_out` holds the users to be excluded because their name
    is like the subject's, and `closings` the restriction where these users are all who could allocate the
    case.
    """

    pack: Pack
    step: Step
    by: Person
    back_record: bool = False
    forces: dict[UUID, Owned] = field(default_factory=dict)
    kept_out: dict[UUID, tuple[list[Person], Post]] = field(default_factory=dict)
    closings: dict[UUID, Closing] = field(default_factory=dict)

    @property
    def force_question(self) -> str:
        """The id of the question that names the force."""
        form = self.pack.form_of(self.step)
        question = form.meaning(Meaning.FORCE) if form else None
        return question.id if question else FORCE

    def key(self, reading: Reading) -> Key | None:
        """Return the force and reference that identify a row; None where one of them cannot be read."""
        force = reading.answers.get(self.force_question)
        return (UUID(force), reading.reference) if force and reading.reference else None

    def open(self, reading: Reading) -> Record:
        """Return the new case of a row without errors, not yet written. Raises NoPost."""
        owned = self._force(UUID(reading.answers[self.force_question]))
        force = owned.force
        post = self.by.post_in(force, self.step.by)
        if post is None:
            raise NoPost(f"No post of yours takes referrals for {force.name}.")
        form = self.pack.form_of(self.step)
        said, about = said_of_whom(form, reading.answers), called(meanings(form, reading.answers))
        near = owned.accounts.of(said, about)
        is_lead_near = owned.lead is not None and bool(Accounts([owned.lead]).of(said, about))
        record = Record.new(self.pack, force, None if is_lead_near else owned.lead)
        closing = self._closing(near, owned, post, said, about)
        take(
            record,
            self.step,
            reading.answers,
            actor=Actor(self.by.id, post.role, post.organisation_id),
            recorded_at=timezone.now(),
            happened_on=reading.received,
            also={IMPORTED: self._also(reading), **(closing.said(record.case) if closing else {})},
        )
        if closing:
            self.closings[record.case.pk] = closing
        elif near:
            self.kept_out[record.case.pk] = near, post
        return record

    def _closing(
        self, near: list[Person], owned: Owned, post: Post, said: str, about: list[str]
    ) -> Closing | None:
        """Return the restriction of a new case that nobody in its force could allocate, or None.

        None, too, where no user could be named for the restricted case.
        """
        if not are_all({person.pk for person in near}, owned.allocate):
            return None
        concerned = accounts_of(said, about)  # every account is read for it: only where it is needed
        closing = closing_of(
            Category.OTHER, owned.force, lead=None, concerned=concerned, by=self.by, post=post
        )
        return closing if closing.named else None

    def write(self, records: Sequence[Record]) -> None:
        """Write new cases with their exclusions and restrictions. The caller holds the transaction."""
        write_new(records)
        kept = [(record.case.pk, self.kept_out.pop(record.case.pk, None)) for record in records]
        out = [(pk, person, post) for pk, found in kept if found for near, post in [found] for person in near]
        if out:
            access.exclude_many(out, by=self.by, reason=NEAR_IN_NAME)
        for record in records:
            if closing := self.closings.pop(record.case.pk, None):
                closing.record(record.case)

    def _also(self, reading: Reading) -> dict[str, Any]:
        """Return what the entry's content says of the import."""
        also: dict[str, Any] = {"reference": reading.reference}
        also |= {AS_WRITTEN: reading.as_written} if reading.as_written else {}
        return also | ({BACK_RECORD: True} if self.back_record else {})

    def _force(self, named: UUID) -> Owned:
        if named not in self.forces:
            force = Organisation.objects.get(pk=named)
            self.forces[named] = Owned(
                force, accountable(force), Accounts(people_over(force)), who_allocate(force)
            )
        return self.forces[named]
