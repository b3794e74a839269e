"""Every act that changes a case. Each is one transaction that holds the change and its entry."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.actions import Door
from handrail.access.context import enter, writing
from handrail.access.errors import NotAllowed
from handrail.cases.case_access.keeping_out import Closing, closing_of, keep_out_by_name
from handrail.cases.case_access.namesakes import Accounts, accounts_of, names_said
from handrail.cases.case_access.who_may_work import NEAR_IN_NAME, choices_on, lead_of, nobody_allocates
from handrail.cases.choices import choices_of
from handrail.cases.drafts.case_facts import facts_for, recorded
from handrail.cases.engine.authority import actor_on
from handrail.cases.engine.follow_up_access import let_see_whoever_is_asked
from handrail.cases.engine.lock import lock, refuse_stale
from handrail.cases.engine.record import PUBLIC_FORM, Record
from handrail.cases.engine.store import write, write_all
from handrail.cases.engine.taking import read_answers, take
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.intake import feedback
from handrail.cases.models import Case, Referral, new_reference
from handrail.cases.models.restriction import BEING_VETTED, Category
from handrail.cases.person.matches.intake import ask_what_waits, look
from handrail.cases.person.matches.kept_apart import keep_out_of_linked
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.registers import acts as register_entries
from handrail.cases.step_kinds.handling import handling_of
from handrail.cases.steps import by_link
from handrail.cases.steps.refusals import refuse_step
from handrail.cases.timeline import left_open
from handrail.cases.timeline.follow_ups_shown import kinds_of_likeness
from handrail.cases.timeline.marking_actions import keep
from handrail.ledger.models import Entry
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy import process
from handrail.policy.answers import Typed
from handrail.policy.questions import meanings
from handrail.policy.schema.access import Marking
from handrail.policy.schema.form import OUTCOME, Form, Meaning, Section
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import PUBLIC, Step
from handrail.policy.step_kinds.kind import is_public, kind_of
from handrail.records import members
from handrail.records.acts import Actor, acting
from handrail.records.marking import level_of
from handrail.records.packs import current_pack
from handrail.subjects.details import DetailKind
from handrail.subjects.match_records import IndexReason

KNOWN_BY = (DetailKind.NAME, DetailKind.OTHER_NAMES, DetailKind.EMAIL)
REFERENCES_TRIED = 5


def refer(
    step_id: str,
    typed: Typed,
    *,
    by: Person | None,
    at: datetime | None = None,
    register_entry: UUID | None = None,
) -> tuple[Case, Referral]:
    """Open a case from a referral; return the case and the referral.

    `typed` is the form as submitted. `by` is None for a member of the public without an account.
    `register_entry` is the id of a register entry, such as advice, that becomes this case in the same
    transaction. The deadlines that begin tell the force's Prevent team, intelligence unit and MASH at once.
    Raises NotAllowed, or InvalidAnswers with a message for each input.
    """
    pack = current_pack()
    step = opening_step(pack, step_id)
    at = at or timezone.now()
    answers = read_answers(pack, step, choices_of(None), typed, timezone.localdate(at))
    force = force_named(pack, step, answers)
    meant = meanings(pack.form_of(step), answers)
    said = said_of_whom(pack.form_of(step), answers)
    record = Record.new(pack, force, accountable(force, called(meant), said))
    namesakes = namesakes_over(force, called(meant), said, by)
    closing = closing_at_once(record, step, answers, by, namesakes)
    also = {"matter": str(register_entry)} if register_entry else {}
    also |= closing.said(record.case) if closing else {}
    take(record, step, answers, actor=referring_actor(by, force, step), recorded_at=at, also=also)
    referral = record.opened_by
    with transaction.atomic():
        look(record, IndexReason.INTAKE, by)
        write_with_new_references(record, referral, closing)
        if closing is None:
            keep_out_namesakes(record.case, namesakes, by, author_of(by, force, step))
        if by and not kind_of(step).in_confidence:
            with writing(record.case.pk):
                feedback.give_receipts([referral], by)
        if register_entry and by:
            register_entries.become(register_entry, record.case, by=by, at=at)
    return record.case, referral


def closing_at_once(
    record: Record,
    step: Step,
    answers: dict[str, Any],
    by: Person | None,
    namesakes: Collection[Person] = (),
) -> Closing | None:
    """Return the restriction that a new case begins with, or None for an ordinary case.

    A case begins restricted where its step is confidential, where an answer of a user asks for it, or where
    every user who could allocate it has a name like the subject's. The last needs somebody in professional
    standards, who can confirm that the subject is another person.
    """
    form = record.pack.form_of(step)
    meant = meanings(form, answers)
    said = (
        Category.POLICE_STAFF.value if kind_of(step).in_confidence else meant.get(Meaning.RESTRICTION, "none")
    )
    if by is None:
        said = "none"  # nobody outside restricts a case
    is_chosen = said != "none"
    if not is_chosen and nobody_allocates(record.case.force, {person.pk for person in namesakes}):
        said = Category.OTHER.value
    if said == "none":
        return None
    case = record.case
    closing = closing_of(
        Category(said),
        case.force,
        lead=case.owner,
        concerned=accounts_of(said_of_whom(form, answers), called(meant)),
        vetted=meant.get(Meaning.ABOUT) in BEING_VETTED,
        by=by,
        post=author_of(by, case.force, step),
    )
    return closing if is_chosen or closing.named else None  # with no user named, nobody would ever see it


def author_of(by: Person | None, force: Organisation, step: Step) -> Post | Door:
    """Return the post in which `by` refers, or for a referral without an account the public form's `Door`."""
    return referring_post(by, force, step) if by else Door(PUBLIC_FORM, PUBLIC, force.pk)


def namesakes_over(
    force: Organisation, about: Iterable[str], said: str = "", by: Person | None = None
) -> list[Person]:
    """Return users who could see an ordinary case of the force and may be its subject.

    Names and email addresses are compared: `about` are the subject's names, `said` is the text typed about
    the subject. The referrer `by` is left out, since they know what the referral says.
    """
    people = [person for person in people_over(force) if by is None or person.pk != by.pk]
    return Accounts(people).of(said, about)


def people_over(force: Organisation) -> "QuerySet[Person]":
    """Return users with a current or future post that sees ordinary cases of a force."""
    return Post.objects.to_come().over(force).people()


def keep_out_namesakes(case: Case, namesakes: Iterable[Person], by: Person | None, post: Post | Door) -> None:
    """Exclude users from an ordinary case until another user confirms that they are not its subject."""
    with writing(case.pk):
        for person in namesakes:
            access.exclude(case.pk, person, by=by, post=post, reason=NEAR_IN_NAME)


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


def write_with_new_references(record: Record, referral: Referral, closing: Closing | None = None) -> None:
    """Write a new case, drawing new references where one is already taken.

    Tries REFERENCES_TRIED times, then raises NotNow.
    """
    for _ in range(REFERENCES_TRIED):
        try:
            with transaction.atomic(), writing(record.case.pk):
                write(record)
                if closing:
                    closing.record(record.case)
        except IntegrityError as error:
            if "reference" not in str(error):
                raise
            record.case.reference = new_reference()
            referral.reference = new_reference()
        else:
            return
    raise NotNow("The referral could not be given a reference. Send it again.")


def opening_step(pack: Pack, step_id: str) -> Step:
    """Return the step with this id. Raises NotNow unless it opens a case."""
    step = pack.step_by_id.get(step_id)
    if step is None or not kind_of(step).opens_case:
        raise NotNow("This is not a way to make a referral.")
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
        raise NotAllowed("Your role does not take referrals.")
    return post


def take_step(
    case_id: UUID,
    step_id: str,
    typed: Typed,
    *,
    by: Person,
    seen_version: int,
    at: datetime | None = None,
    marking: str = "",
    about: int | None = None,
    document: Mapping[str, Any] | None = None,
) -> Entry:
    """Take one step on a case and return its entry: lock, allow, guard, validate, write, record.

    `seen_version` is the version of the case that the user's page showed. `marking` is a marking higher than
    the step's own. `about` is the number of the entry that the step answers or corrects. `document` describes
    the file that it adds. Raises NotAllowed, NotNow, Stale where another user changed the case first, or
    InvalidAnswers with a message for each input.
    """
    at = at or timezone.now()
    with transaction.atomic():
        case = lock(case_id, by)
        organisations = case.force_id, case.council_id
        record = Record.of(case)
        step = record.pack.step_by_id.get(step_id)
        if step is None:
            raise NotNow("The policy of this case has no such step.")
        actor, today = actor_on(record, by, step, about), timezone.localdate(at)
        refuse_step(record, step, by, about, today)
        handling_of(step).refuse_form(step, has_file=document is not None)
        refuse_stale(case, seen_version)
        choices = choices_on(record.case, step, about)
        facts = facts_for(case, step, record.pack, by, about)
        open_things = left_open.asked_at(record, step, by)
        more = (open_things.sections, open_things.choices) if open_things else ()
        answers = read_answers(record.pack, step, choices, typed, today, facts, *more)
        became = left_open.became_by(record, step, open_things, answers)
        refuse_unanswered(record, step, answers.get(OUTCOME))
        higher = higher_marking(record, step, marking, by)
        also = {
            **recorded(facts, record.pack, step),
            **members.kept(record.pack.form_of(step), answers, choices),
            **({"document": dict(document)} if document else {}),
            **({"became": became} if became else {}),
        }
        take(record, step, answers, actor=actor, recorded_at=at, marking=higher, about=about, also=also)
        brings_referral = kind_of(step).brings_referral
        if brings_referral or record.details:
            look(record, IndexReason.INTAKE if brings_referral else IndexReason.CHANGE, by)
        ask_what_waits(record)
        if became and (left_open.has_ended(record) or organisations[0] != case.force_id):
            left_open.end_grants(case, became, by=by, post=_post_of(actor, by))
        with writing(case.pk):
            entry, *_ = write_all(record)  # automatic steps that it triggers follow it
            if higher:  # first, since what follows may end the author's access and compares names
                keep(case, entry.number, higher, by=by, reason="Chosen when it was recorded.")
            _let_others_in(record, step, entry, answers, actor=actor, before=organisations, by=by, at=at)
            return entry


def _let_others_in(
    record: Record,
    step: Step,
    entry: Entry,
    answers: Mapping[str, Any],
    *,
    actor: Actor,
    before: tuple[UUID, UUID | None],
    by: Person,
    at: datetime,
) -> None:
    """Give access and feedback as an act says, and exclude users whom that reaches with a similar name.

    `before` are the ids of the force and council that answered for the case before the act.
    """
    case = record.case
    by_link.let_answer(record, step, entry, by)
    gave_access = let_see_whoever_is_asked(record, step, by=by, at=at)
    feedback.give_receipts(record.further, by)
    feedback.tell(case, meanings(record.pack.form_of(step), answers), on=timezone.localdate(at))
    reaches_others = gave_access or before != (case.force_id, case.council_id)
    if reaches_others or may_be_of_another(record, step):
        _keep_namesakes_out(case, by=by, post=_post_of(actor, by))


def _keep_namesakes_out(case: Case, *, by: Person, post: Post) -> None:
    """Exclude users with a similar name from a case and its linked cases; then reload what `by` may see."""
    keep_out_by_name(case, by=by, post=post)
    keep_out_of_linked(case, by=by, post=post)
    enter(by)


def _post_of(actor: Actor, by: Person) -> Post:
    """Return the post in which `by` acts."""
    return next(post for post in by.current_posts if post.role == actor.role)


def may_be_of_another(record: Record, step: Step) -> bool:
    """Return whether a step records a name or address that may be a user's, or brings another referral."""
    return kind_of(step).brings_referral or any(detail.kind in KNOWN_BY for detail in record.details)


def refuse_unanswered(record: Record, step: Step, outcome: str | None) -> None:
    """Raise NotNow where the policy holds a decision until all possible matches are answered.

    `refuse_step` covers matches that were already asked about; this covers those found and not asked yet.
    """
    stopping = process.stopped_by(record.pack, record.position, step, outcome)
    for kind in kinds_of_likeness(record.pack) & stopping.keys():
        if RecordsBeside(record.case.subject_id).unanswered(record.follow_ups, record.case):
            raise NotNow(process.open_question(stopping[kind]))


def higher_marking(record: Record, step: Step, chosen: str, by: Person) -> Marking | None:
    """Return the marking chosen for an entry, or None for the step's own.

    Raises InvalidAnswers where the marking is lower than the step's or above the user's vetting.
    """
    least = record.pack.marking_of(step)
    if chosen in {"", least.id}:
        return None
    above = (m for m in record.pack.markings_from(least) if m.id == chosen and level_of(m) <= by.vetting)
    found = next(above, None)
    if found is None:
        raise InvalidAnswers({"marking": "Select a marking from the list."})
    return found
