"""Every act on a register entry. Each is one transaction that holds the change and its ledger entry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from handrail.access.errors import NotAllowed
from handrail.cases.choices import choices_of
from handrail.cases.engine.fold import event_of
from handrail.cases.engine.happened import moment_of
from handrail.cases.engine.taking import day_said, read_answers
from handrail.cases.errors import NotNow, Stale
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RECORD_KIND, Matter
from handrail.ledger.record import Act, append
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy import registers
from handrail.policy.answers import Typed
from handrail.policy.event import Event
from handrail.policy.questions import meanings
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.register_entry import register_of
from handrail.records.acts import Actor, Said, act_on, acting
from handrail.records.deadlines import RecordDeadline
from handrail.records.packs import current_pack

CHANGES = [
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


def begin(step_id: str, typed: Typed, *, by: Person, at: datetime | None = None) -> Matter:
    """Record a new register entry, in the force of `by`, and return it.

    Raises NotAllowed, NotNow, or InvalidAnswers with a message for each input.
    """
    at = at or timezone.now()
    pack = current_pack()
    step = pack.step_by_id.get(step_id)
    register = register_of(step) if step else None
    if step is None or register is None or step.after:
        raise NotNow("Nothing is begun by this.")
    with transaction.atomic():
        post, force = _post_that_begins(by, step)
        answers = read_answers(pack, step, choices_of(force), typed, timezone.localdate(at))
        meant = meanings(pack.form_of(step), answers)
        on = timezone.localdate(moment_of(day_said(pack, step, answers), at))
        matter = Matter(register_id=register, pack_id=pack.id, force=force, begun_by=by, begun_on=on)
        matter.kind = meant.get(Meaning.MATTER_KIND, "")
        act, event = _fold(matter, step, answers, acting(by, post), at)
        matter.save(force_insert=True)
        _write_deadlines(matter, event)
        append(act, recorded_at=at)
    return matter


def add(
    matter_id: UUID, step_id: str, typed: Typed, *, by: Person, seen_version: int, at: datetime | None = None
) -> Matter:
    """Take a further step on a register entry and return it: an action, an outcome, or a sign-off.

    Raises NotAllowed, NotNow, Stale where another user changed the entry first, or InvalidAnswers.
    """
    at = at or timezone.now()
    with transaction.atomic():
        matter = lock(matter_id, by)
        step = matter.pack.step_by_id.get(step_id)
        if step is None or register_of(step) != matter.register_id or not step.after:
            raise NotNow("This is not added to what stands in the register.")
        post = _allow(matter, step, by)
        if matter.version != seen_version:
            raise Stale("Somebody has added something here since you began.", matter.version)
        today = timezone.localdate(at)
        answers = read_answers(matter.pack, step, choices_of(matter.force), typed, today)
        _write(matter, step, answers, acting(by, post), at)
    return matter


def become(matter_id: UUID, case: Case, *, by: Person, at: datetime | None = None) -> None:
    """Record that a register entry became a case. Runs in the transaction that opens the case.

    Raises NotAllowed, or NotNow where the entry became a case before.
    """
    matter = lock(matter_id, by)
    step = matter.pack.step_by_id[matter.register.became_by or ""]
    post = _allow(matter, step, by)
    _write(matter, step, {}, acting(by, post), at or timezone.now(), case=case.pk)


def lock(matter_id: UUID, by: Person) -> Matter:
    """Load and lock a register entry until the transaction ends. Raises NotAllowed for non-readers."""
    matters = Matter.objects.read_by(by).select_related("force").select_for_update(of=("self",))
    matter = matters.filter(pk=matter_id).first()
    if matter is None:
        raise NotAllowed("This is not yours to add to, or not any more.")
    return matter


def posts_on(matter: Matter, person: Person) -> list[Post]:
    """Return the vetted posts in which a user adds to a register entry: those in its force."""
    return [post for post in person.current_posts if post.is_vetted() and post.force_id == matter.force_id]


def _allow(matter: Matter, step: Step, by: Person) -> Post:
    """Return the post in which `by` takes this step now. Raises NotAllowed or NotNow without one."""
    posts = [post for post in posts_on(matter, by) if post.role in step.by]
    roles = {post.role for post in posts}
    refused = registers.refusal(matter.pack, matter.standing, step, by=str(by.pk), roles=roles)
    if refused:
        raise (NotAllowed if refused.of_person else NotNow)(refused.reason)
    return posts[0]


def _post_that_begins(by: Person, step: Step) -> tuple[Post, Organisation]:
    """Return the post in which `by` begins a register entry, and the entry's force. Raises NotAllowed."""
    for post in by.current_posts:
        if post.is_vetted() and post.role in step.by and post.force_id:
            return post, Organisation.objects.forces().get(pk=post.force_id)
    raise NotAllowed("Your role does not record this.")


def _write(
    matter: Matter,
    step: Step,
    answers: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    case: UUID | None = None,
) -> None:
    act, event = _fold(matter, step, answers, actor, at, case)
    matter.save(update_fields=CHANGES)
    _write_deadlines(matter, event)
    append(act, recorded_at=at)


def _write_deadlines(matter: Matter, event: Event) -> None:
    """Write the deadlines that a step ended and began."""
    rows = {row.limit_id: row for row in matter.deadlines.filter(ended=None)}
    running = [row.of_process for row in rows.values()]
    runs, ended = registers.limits_after(matter.pack, running, matter.standing, event)
    for deadline in ended:
        row = rows[deadline.limit]
        row.ended, row.lapsed = deadline.ended, deadline.lapsed
        row.save(update_fields=["ended", "lapsed"])
    goes_on = rows.keys() - {deadline.limit for deadline in ended}
    for deadline in runs:
        if deadline.limit not in goes_on:
            RecordDeadline.objects.create(
                record_kind=RECORD_KIND,
                record=matter.pk,
                organisation=matter.force,
                pack_id=matter.pack_id,
                limit_id=deadline.limit,
                step_id=deadline.step,
                began=deadline.began,
                due=deadline.due,
            )


def _fold(
    matter: Matter,
    step: Step,
    answers: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    case: UUID | None = None,
) -> tuple[Act, Event]:
    """Change a register entry by one step; return the act to record and the event as the process sees it."""
    said, before = Said.by(answers), matter.standing
    happened_at = moment_of(day_said(matter.pack, step, said.answers), at)
    more: dict[str, Any] = {"signs": before.pending.number} if step.signs and before.pending else {}
    more |= {"case": str(case)} if case else {}
    act = act_on(matter, step, said, by=actor, happened_at=happened_at, more=more)
    matter.version += 1
    event = event_of(act, meanings(matter.pack.form_of(step), said.answers), matter.version, at)
    after = registers.advance(matter.pack, before, event)
    matter.stand(after, case)
    matter.ended_on = (matter.ended_on or event.on) if after.ended else None
    if event.threat or not after.threat:
        matter.threat_at = at if event.threat else None
    return act, event
