"""The case that a referral opens: its force, owner, author and restriction, before anything is written."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from handrail.access import actions as access
from handrail.access.actions import Door
from handrail.access.context import writing
from handrail.access.errors import NotAllowed
from handrail.cases.case_access.keeping_out import Closing, closing_of
from handrail.cases.case_access.namesakes import Accounts, accounts_of, names_said
from handrail.cases.case_access.who_may_work import NEAR_IN_NAME, lead_of, nobody_allocates
from handrail.cases.engine.record import PUBLIC_FORM, Record
from handrail.cases.engine.store import write
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.models import new_reference
from handrail.cases.models.restriction import BEING_VETTED, Category
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Form, Meaning, Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import PUBLIC, Step
from handrail.policy.step_kinds.kind import is_public, kind_of
from handrail.records.acts import Actor, acting

REFERENCES_TRIED = 5


class NewCase:
    """A case as the answers of a referral open it: its record, the author, and users who must not see it."""

    def __init__(self, pack: Pack, step: Step, answers: dict[str, Any], by: Person | None) -> None:
        """Read the answers. `by` is None for a referral on the public form. Raises NotAllowed."""
        form = pack.form_of(step)
        self.step, self.by = step, by
        self.force = force_named(pack, step, answers)
        self.actor = referring_actor(by, self.force, step)
        self.meant = meanings(form, answers)
        self.names, self.text = called(self.meant), said_of_whom(form, answers)
        self.record = Record.new(pack, self.force, accountable(self.force, self.names, self.text))
        self.namesakes = self._namesakes()
        self.closing = self._closing()

    def content(self) -> dict[str, Any]:
        """Return what the entry says beside the answers: the restriction with which the case begins."""
        return self.closing.said(self.record.case) if self.closing else {}

    def write(self) -> None:
        """Write the case, restricted or with its exclusions, drawing new references where one is taken.

        Tries REFERENCES_TRIED times, then raises NotNow. The caller holds the transaction.
        """
        for _ in range(REFERENCES_TRIED):
            try:
                with transaction.atomic(), writing(self.record.case.pk):
                    self._write_once()
            except IntegrityError as error:
                if "reference" not in str(error):
                    raise
                self.record.case.reference = new_reference()
                self.record.opened_by.reference = new_reference()
            else:
                return
        raise NotNow("The referral could not be given a reference. Send it again.")

    def _write_once(self) -> None:
        write(self.record)
        if self.closing:
            self.closing.record(self.record.case)
            return
        # Until another user confirms that they are not the subject.
        for person in self.namesakes:
            access.exclude(self.record.case.pk, person, by=self.by, post=self._author(), reason=NEAR_IN_NAME)

    def _namesakes(self) -> list[Person]:
        """Return users who could see the case as an ordinary one and may be its subject.

        The referrer is left out, since they know what the referral says.
        """
        by = self.by
        people = [person for person in people_over(self.force) if by is None or person.pk != by.pk]
        return Accounts(people).of(self.text, self.names)

    def _closing(self) -> Closing | None:
        """Return the restriction that the case begins with, or None for an ordinary case.

        A case begins restricted where its step is confidential, where an answer of a user asks for it, or
        where every user who could allocate it has a name like the subject's. The last needs somebody in
        professional standards, who can confirm that the subject is another person.
        """
        chosen = self._category_chosen()
        if chosen is None and not nobody_allocates(self.force, {person.pk for person in self.namesakes}):
            return None
        closing = closing_of(
            chosen or Category.OTHER,
            self.force,
            lead=self.record.case.owner,
            concerned=accounts_of(self.text, self.names),
            vetted=self.meant.get(Meaning.ABOUT) in BEING_VETTED,
            by=self.by,
            post=self._author(),
        )
        return closing if chosen or closing.named else None  # with no user named, nobody would ever see it

    def _category_chosen(self) -> Category | None:
        """Return the restriction that the step or an answer asks for; nobody outside restricts a case."""
        if self.by is None:
            return None
        if kind_of(self.step).in_confidence:
            return Category.POLICE_STAFF
        said = self.meant.get(Meaning.RESTRICTION, "none")
        return None if said == "none" else Category(said)

    def _author(self) -> Post | Door:
        """Return the post of the referrer, or for a referral without an account the public form's `Door`."""
        if self.by is None:
            return Door(PUBLIC_FORM, PUBLIC, self.force.pk)
        return referring_post(self.by, self.force, self.step)


def opening_step(pack: Pack, step_id: str) -> Step:
    """Return the step with this id. Raises NotNow unless it opens a case."""
    step = pack.step_by_id.get(step_id)
    if step is None or not kind_of(step).opens_case:
        raise NotNow("You cannot make a referral this way.")
    return step


def force_named(pack: Pack, step: Step, answers: dict[str, Any]) -> Organisation:
    """Return the force that a referral's answers name. Raises InvalidAnswers where there is none."""
    form = pack.form_of(step)
    question = form.meaning(Meaning.FORCE) if form else None
    named = answers.get(question.id) if question else None
    force = Organisation.objects.forces().filter(pk=named).first() if named else None
    if force is None:
        raise InvalidAnswers({question.id if question else "force": "Select the police force"})
    return force


def accountable(force: Organisation, about: Iterable[str] = (), said: str = "") -> Person | None:
    """Return the owner of a new case until it is allocated: the lead of the force's Prevent team, or None.

    `about` are the subject's names, `said` is the text typed about the subject. The result is None where the
    lead's name or address is like one of these.
    """
    lead = lead_of(force)
    return None if lead and Accounts([lead]).of(said, about) else lead


def referring_actor(by: Person | None, force: Organisation, step: Step) -> Actor:
    """Return the actor of a referral: `by` in one of their posts, or the public form. Raises NotAllowed."""
    if by is None:
        if not is_public(step):
            raise NotAllowed("Sign in to make this kind of referral.")
        return Actor(PUBLIC_FORM, PUBLIC, force.id)
    return acting(by, referring_post(by, force, step))


def referring_post(by: Person, force: Organisation, step: Step) -> Post:
    """Return the post in which `by` refers, one that reaches the force if they have it. Raises NotAllowed."""
    posts = [post for post in by.current_posts if post.role in step.by]
    post = next((p for p in posts if p.reaches(force)), posts[0] if posts else None)
    if post is None:
        raise NotAllowed("Your role cannot take referrals.")
    return post


def people_over(force: Organisation) -> "QuerySet[Person]":
    """Return users with a current or future post that sees ordinary cases of a force."""
    return Post.objects.to_come().over(force).people()


def said_of_whom(form: Form | None, answers: Mapping[str, Any]) -> str:
    """Return all text typed in sections about the subject and their contact details, joined by blanks.

    Account addresses are searched for in the whole text, since one may be typed in any of its fields.
    """
    asked = [section for section in (form.sections if form else ()) if _asks_whom(section)]
    said = (answers.get(question.id) for section in asked for question in section.questions)
    return " ".join(text for text in said if isinstance(text, str))


def _asks_whom(section: Section) -> bool:
    return any((question.means or "").startswith(("subject.", "detail.")) for question in section.questions)


def called(meant: Mapping[Meaning, Any]) -> list[str]:
    """Return every name that a referral's answers give for the subject."""
    said = (Meaning.GIVEN_NAME, Meaning.FAMILY_NAME, Meaning.OTHER_NAMES)
    return names_said(*(str(meant.get(meaning) or "") for meaning in said))
