"""Every act on a register entry. Each is one transaction that holds the change and its ledger entry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from handrail.access.errors import NotAllowed
from handrail.cases.choices import choices_of
from handrail.cases.drafts.register_form import BeginningForm
from handrail.cases.engine.fold import event_of
from handrail.cases.engine.happened import moment_of
from handrail.cases.engine.taking import day_said, read_answers
from handrail.cases.errors import NotNow, Stale
from handrail.cases.models import Case
from handrail.cases.models.follow_up import answering_bodies
from handrail.cases.models.register_entry import RECORD_KIND, RegisterEntry
from handrail.cases.registers.asking import let_see_who_is_asked
from handrail.cases.timeline.marking_actions import higher_marking, write_raised_marking
from handrail.ledger.record import Act, append
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.reach import acts_for
from handrail.policy import registers
from handrail.policy.answers import Typed
from handrail.policy.event import Event
from handrail.policy.questions import meanings
from handrail.policy.schema.access import Marking
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.register_entry import register_of
from handrail.records.acts import Actor, Said, act_on, acting
from handrail.records.deadlines import RecordDeadline
from handrail.records.marking import level_of
from handrail.records.members import kept
from handrail.records.packs import pack_at

CHANGES = [
    "owner",
    "asked_person",
    "asked_organisation",
    "asked_by",
    "version",
    "decided",
    "taken",
    "pending_step",
    "pending_outcome",
    "pending_by",
    "pending_number",
    "ended_on",
    "became",
    "threat_at",
]


def begin(
    step_id: str, typed: Typed, *, by: Person, at: datetime | None = None, marking: str = ""
) -> RegisterEntry:
    """Record a new register entry, for a force that `by` acts for, and return it.

    `marking` is a marking of the entry higher than the step's own.

    Raises NotAllowed, NotNow, or InvalidAnswers with a message for each input.
    """
    pack, at = pack_at(at), at or timezone.now()
    step = pack.step_by_id.get(step_id)
    register = register_of(step) if step else None
    if step is None or register is None or step.after:
        raise NotNow(
            "You cannot start an entry with this. Go back to the register to see what you can record."
        )
    with transaction.atomic():
        form = BeginningForm(pack, step, by, typed)
        if not form.forces:
            raise NotAllowed("Your role cannot record this.")
        answers = read_answers(pack, step, form.choices, typed, timezone.localdate(at), form.facts)
        force, post = _post_that_begins(form)
        higher = higher_marking(pack, step, marking, by)
        register_entry = RegisterEntry(register_id=register, pack_id=pack.id, force=force, begun_by=by)
        act, event = _fold(
            register_entry,
            step,
            answers,
            acting(by, post),
            at,
            marking=higher,
            chosen=kept(pack.form_of(step), answers, form.choices),
        )
        register_entry.save(force_insert=True)
        _write_deadlines(register_entry, event)
        append(act, recorded_at=at)
        _keep_marking(register_entry, higher, by)
    return register_entry


def add(
    register_entry_id: UUID,
    step_id: str,
    typed: Typed,
    *,
    by: Person,
    seen_version: int,
    at: datetime | None = None,
    marking: str = "",
) -> RegisterEntry:
    """Take a further step on a register entry and return it: an action, an outcome, or a sign-off.

    `marking` is a marking of the entry higher than the step's own. Raises NotAllowed, NotNow, Stale where
    another user changed the entry first, or InvalidAnswers.
    """
    at = at or timezone.now()
    with transaction.atomic():
        register_entry = lock(register_entry_id, by)
        step = register_entry.pack.step_by_id.get(step_id)
        if step is None or register_of(step) != register_entry.register_id or not step.after:
            raise NotNow("You cannot add this to the entry. Go back to the entry to see what you can do now.")
        post = _allow(register_entry, step, by)
        if register_entry.version != seen_version:
            raise Stale("Somebody has added to this entry since you started.", register_entry.version)
        today = timezone.localdate(at)
        answers = read_answers(register_entry.pack, step, choices_of(register_entry.force), typed, today)
        higher = higher_marking(register_entry.pack, step, marking, by)
        before = register_entry.asked_id
        event = _write(register_entry, step, answers, acting(by, post), at, marking=higher)
        _keep_marking(register_entry, higher, by)
        let_see_who_is_asked(register_entry, before, event, by=by, post=post, at=at)
    return register_entry


def become(register_entry_id: UUID, case: Case, *, by: Person, at: datetime | None = None) -> None:
    """Record that a register entry became a case. Runs in the transaction that opens the case.

    Raises NotAllowed, or NotNow where the entry became a case before.
    """
    register_entry = lock(register_entry_id, by)
    step = register_entry.pack.step_by_id[register_entry.register.became_by or ""]
    post, at = _allow(register_entry, step, by), at or timezone.now()
    before = register_entry.asked_id
    event = _write(register_entry, step, {}, acting(by, post), at, case=case.pk)
    let_see_who_is_asked(register_entry, before, event, by=by, post=post, at=at)


def lock(register_entry_id: UUID, by: Person) -> RegisterEntry:
    """Load and lock a register entry until the transaction ends. Raises NotAllowed without access."""
    register_entries = (
        RegisterEntry.objects.changed_by(by).select_related("force").select_for_update(of=("self",))
    )
    register_entry = register_entries.filter(pk=register_entry_id).first()
    if register_entry is None:
        raise NotAllowed("You cannot add to this entry. Ask the Prevent team of its force.")
    return register_entry


def posts_on(register_entry: RegisterEntry, person: Person) -> list[Post]:
    """Return the vetted posts in which a user adds to a register entry: those that act for its force."""
    force = register_entry.force
    return [post for post in person.current_posts if post.is_vetted() and acts_for(post, force)]


def _allow(register_entry: RegisterEntry, step: Step, by: Person) -> Post:
    """Return the post in which `by` takes this step now. Raises NotAllowed or NotNow without one."""
    posts = [post for post in posts_on(register_entry, by) if post.role in step.by]
    roles = {post.role for post in posts}
    pack, bodies = register_entry.pack, {str(id_) for id_ in answering_bodies(by)}
    refused = registers.refusal(pack, register_entry.state, step, by=str(by.pk), roles=roles, bodies=bodies)
    if refused:
        raise (NotAllowed if refused.of_person else NotNow)(refused.reason)
    return posts[0]


def _post_that_begins(form: BeginningForm) -> tuple[Organisation, Post]:
    """Return the force of a new register entry, and the vetted post in which its author acts for it."""
    force = form.force
    posts = (post for post in form.by.current_posts if post.is_vetted() and post.role in form.step.by)
    post = next((post for post in posts if force and acts_for(post, force)), None)
    if force is None or post is None:
        raise NotNow("Select the force that this is for.")
    return force, post


def _write(
    register_entry: RegisterEntry,
    step: Step,
    answers: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    case: UUID | None = None,
    marking: Marking | None = None,
) -> Event:
    act, event = _fold(register_entry, step, answers, actor, at, case, marking)
    register_entry.save(update_fields=CHANGES)
    _write_deadlines(register_entry, event)
    append(act, recorded_at=at)
    return event


def _keep_marking(register_entry: RegisterEntry, higher: Marking | None, by: Person) -> None:
    """Write the marking that was chosen for the last entry, if one was."""
    if higher:
        write_raised_marking(
            register_entry, register_entry.version, higher, by=by, reason="Chosen when it was recorded."
        )


def _write_deadlines(register_entry: RegisterEntry, event: Event) -> None:
    """Write the deadlines that a step ended and began."""
    rows = {row.limit_id: row for row in register_entry.deadlines.filter(ended=None)}
    running = [row.of_process for row in rows.values()]
    runs, ended = registers.limits_after(register_entry.pack, running, register_entry.state, event)
    for deadline in ended:
        row = rows[deadline.limit]
        row.ended, row.lapsed = deadline.ended, deadline.lapsed
        row.save(update_fields=["ended", "lapsed"])
    goes_on = rows.keys() - {deadline.limit for deadline in ended}
    for deadline in runs:
        if deadline.limit not in goes_on:
            RecordDeadline.objects.create(
                record_kind=RECORD_KIND,
                record=register_entry.pk,
                organisation=register_entry.force,
                pack_id=register_entry.pack_id,
                limit_id=deadline.limit,
                step_id=deadline.step,
                began=deadline.began,
                due=deadline.due,
            )


def _fold(
    register_entry: RegisterEntry,
    step: Step,
    answers: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    case: UUID | None = None,
    marking: Marking | None = None,
    chosen: Mapping[str, Any] | None = None,
) -> tuple[Act, Event]:
    """Change a register entry by one step; return the act to record and the event as the process sees it."""
    said, pending = Said.by(answers), register_entry.state.pending
    happened_at = moment_of(day_said(register_entry.pack, step, said.answers), at)
    more: dict[str, Any] = {"signs": pending.number} if step.signs and pending else {}
    more |= chosen or {}
    more |= {"case": str(case)} if case else {}
    more |= {"marking": marking.id} if marking else {}
    level = level_of(marking) if marking else None
    act = act_on(register_entry, step, said, by=actor, happened_at=happened_at, more=more, level=level)
    return act, fold(register_entry, act, at)


def fold(register_entry: RegisterEntry, act: Act, recorded_at: datetime) -> Event:
    """Apply an act, new or read from its entry, to a register entry; return it as the process sees it."""
    step, case = register_entry.pack.step_by_id[act.act], act.content.get("case")
    meant = meanings(register_entry.pack.form_of(step), act.content["answers"])
    register_entry.version += 1
    event = event_of(act, meant, register_entry.version, recorded_at)
    after = registers.advance(register_entry.pack, register_entry.state, event)
    register_entry.set_state(after, UUID(case) if case else None)
    register_entry.ended_on = (register_entry.ended_on or event.on) if after.ended else None
    if event.threat or not after.threat:
        register_entry.threat_at = recorded_at if event.threat else None
    if owner := meant.get(Meaning.REGISTER_ENTRY_OWNER):
        register_entry.owner_id = UUID(owner)
    if event.asked:
        register_entry.asked_person_id = _id_of(meant.get(Meaning.ASKED_PERSON))
        register_entry.asked_organisation_id = _id_of(meant.get(Meaning.ASKED_ORGANISATION))
        register_entry.asked_by_id = act.actor
    if not after.asked:
        register_entry.asked_person = register_entry.asked_organisation = register_entry.asked_by = None
    if not step.after:
        register_entry.begun_on, register_entry.kind = event.on, meant.get(Meaning.REGISTER_ENTRY_KIND, "")
    return event


def _id_of(said: str | None) -> UUID | None:
    return UUID(said) if said else None
