"""Every act that lets somebody see a record, or ends it: the change and its entry in one transaction.

Whether the one who acts may do so is for the room that knows the record to say, before it calls these.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from handrail.access.grant_kinds import RULES, Ends, Event, GrantKind
from handrail.access.models import Exclusion, Grant, Sample
from handrail.ledger.record import Act, append, append_many
from handrail.organisations.models import Organisation, Person, Post

KIND = STAGE = "access"  # of chains, and in place of a stage in their entries
EXCLUDED = "access-excluded"


@dataclass(frozen=True, slots=True)
class Door:
    """The public form as the author of an act: the id it has in the ledger, and the force that it reached."""

    actor: UUID
    role: str
    organisation_id: UUID


def give(
    record: UUID,
    to: Person | Organisation,
    kind: str,
    *,
    by: Person | None,
    post: Post | Door,
    reason: str,
    until: datetime | None,
    event: Event | None = None,
    stages: Sequence[str] = (),
    purpose: str = "",
    basis: str = "",
    controller: str = "",
    sample: Sample | None = None,
    office: Post | None = None,
    at: datetime | None = None,
) -> Grant:
    """Let a person or a body see a record, or some stages of it; `post` gives `by` the right to do so.

    With `office`, a post of the person, the grant holds while that person has a post of its role in its
    organisation. With `event` it ends when the event does (`end_with`), at `until` at the latest. The ledger
    entry names office and event. Raises ValueError where the kind of grant and the event do not go together.
    """
    if (RULES[kind].ends is Ends.EVENT) != bool(event):
        raise ValueError("An event gives those grants, and only those, that end with it.")
    now = at or timezone.now()
    grant = Grant(
        id=uuid4(),
        record=record,
        person=to if isinstance(to, Person) else None,
        organisation=to if isinstance(to, Organisation) else None,
        kind=kind,
        stages=list(stages),
        purpose=purpose,
        reason=reason,
        basis=basis,
        controller=controller,
        sample=sample,
        office=office.role if office else "",
        office_in_id=office.organisation_id if office else None,
        by=by,
        role=post.role,
        event_kind=event.kind if event else "",
        event=event.id if event else None,
        event_words=event.words if event else "",
        event_on=event.on if event else None,
        since=now,
        until=until,
    )
    with transaction.atomic():
        grant.save(force_insert=True)
        said = {"record": str(record), "to": str(to.pk), "kind": str(kind), "stages": list(stages)}
        more: dict[str, Any] = {
            "until": until.isoformat() if until else None,
            "purpose": purpose,
            "basis": basis,
            "controller": controller,
            "sample": str(sample.pk) if sample else None,
            "office": office.role if office else "",
            "office_in": str(office.organisation_id) if office else None,
        }
        if event:
            more["event"] = {
                "kind": event.kind,
                "id": str(event.id),
                "words": event.words,
                "on": event.on.isoformat(),
            }
        on_record(grant.pk, f"access-{kind}", by=by, post=post, content=said | more, reason=reason)
    return grant


def end(grant: Grant, *, by: Person, post: Post, reason: str) -> None:
    """End a grant now. Ending one that has ended changes nothing."""
    with transaction.atomic():
        grant = Grant.objects.select_for_update().get(pk=grant.pk)
        if grant.ended_at:
            return
        grant.ended_at, grant.ended_by = timezone.now(), by
        grant.save(update_fields=["ended_at", "ended_by"])
        on_record(
            grant.pk, "access-ended", by=by, post=post, content={"record": str(grant.record)}, reason=reason
        )


def end_with(event: UUID, *, by: Person, post: Post, reason: str) -> int:
    """End every grant that an event gave, each with its entry, in one transaction; returns how many ended.

    The room of the event calls it in the transaction in which the event is over.
    """
    with transaction.atomic():
        grants = list(Grant.objects.filter(event=event, ended_at=None).order_by("since", "pk"))
        for grant in grants:
            end(grant, by=by, post=post, reason=reason)
    return len(grants)


def review(grant: Grant, *, by: Person, post: Post, finding: str, reason: str) -> None:
    """Say what somebody found who looked at why a record was opened. What was reviewed stays as it is."""
    with transaction.atomic():
        grant = Grant.objects.select_for_update().get(pk=grant.pk)
        if grant.reviewed_at:
            return
        grant.reviewed_at, grant.reviewed_by = timezone.now(), by
        grant.finding, grant.finding_reason = finding, reason
        grant.save(update_fields=["reviewed_at", "reviewed_by", "finding", "finding_reason"])
        said = {"record": str(grant.record), "finding": finding}
        on_record(grant.pk, "access-reviewed", by=by, post=post, content=said, reason=reason)


def draw(
    records: Sequence[UUID],
    inspector: Person,
    *,
    by: Person,
    post: Post,
    chosen: str,
    reason: str,
    until: datetime,
) -> Sample:
    """Let an inspector read these records until a moment; `chosen` says how they were chosen."""
    with transaction.atomic():
        sample = Sample(
            inspector=inspector, by=by, reason=reason, chosen=chosen, since=timezone.now(), until=until
        )
        sample.save(force_insert=True)
        said = {"inspector": str(inspector.pk), "chosen": chosen, "until": until.isoformat()}
        more = {"records": [str(record) for record in records]}
        on_record(sample.pk, "access-sample-drawn", by=by, post=post, content=said | more, reason=reason)
        for record in records:
            give(
                record,
                inspector,
                GrantKind.SAMPLE,
                by=by,
                post=post,
                reason=reason,
                until=until,
                sample=sample,
            )
    return sample


def end_sample(sample: Sample, *, by: Person, post: Post, reason: str) -> None:
    """End a sample and every grant of it now. Ending one that has ended changes nothing."""
    with transaction.atomic():
        sample = Sample.objects.select_for_update().get(pk=sample.pk)
        if sample.ended_at:
            return
        sample.ended_at, sample.ended_by = timezone.now(), by
        sample.save(update_fields=["ended_at", "ended_by"])
        on_record(sample.pk, "access-sample-ended", by=by, post=post, content={}, reason=reason)
        for grant in sample.grants.filter(ended_at=None):
            end(grant, by=by, post=post, reason=reason)


def exclude(
    record: UUID,
    person: Person,
    *,
    by: Person | None,
    post: Post | Door,
    reason: str,
    owner: str | None = None,
) -> Exclusion:
    """Keep somebody from a record, whatever else they hold; `by` is None for the public form.

    `owner` is the id of who answers for the record from now on, where that was the person; it is empty
    where nobody does.
    """
    with transaction.atomic():
        exclusion = Exclusion(record=record, person=person, by=by, reason=reason, since=timezone.now())
        exclusion.save(force_insert=True)
        on_record(exclusion.pk, EXCLUDED, by=by, post=post, content=_kept(exclusion, owner), reason=reason)
    return exclusion


def exclude_many(kept: Iterable[tuple[UUID, Person, Post]], *, by: Person, reason: str) -> None:
    """Keep each of these people from the record beside them, as `exclude` does, in a few statements."""
    now = timezone.now()
    made = [
        (Exclusion(record=record, person=person, by=by, reason=reason, since=now), post)
        for record, person, post in kept
    ]
    with transaction.atomic():
        Exclusion.objects.bulk_create([exclusion for exclusion, _ in made])
        append_many(
            [
                _act(one.pk, EXCLUDED, by=by, post=post, content=_kept(one), reason=reason, at=now)
                for one, post in made
            ],
            recorded_at=[now] * len(made),
        )


def _kept(exclusion: Exclusion, owner: str | None = None) -> dict[str, Any]:
    said = {"record": str(exclusion.record), "person": str(exclusion.person_id)}
    return said if owner is None else said | {"owner": owner}


def let_back(exclusion: Exclusion, *, by: Person, post: Post, reason: str) -> None:
    """End that somebody is kept from a record; what they hold decides again. It gives them nothing."""
    with transaction.atomic():
        exclusion = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
        if exclusion.ended_at:
            return
        exclusion.ended_at, exclusion.ended_by = timezone.now(), by
        exclusion.save(update_fields=["ended_at", "ended_by"])
        said = {"record": str(exclusion.record), "person": str(exclusion.person_id)}
        on_record(exclusion.pk, "access-let-back", by=by, post=post, content=said, reason=reason)


def on_record(
    chain: UUID, act: str, *, by: Person | None, post: Post | Door, content: dict[str, Any], reason: str
) -> None:
    """Add an act on access to the ledger, on the chain of the row that it made or changed."""
    now = timezone.now()
    append(_act(chain, act, by=by, post=post, content=content, reason=reason, at=now), recorded_at=now)


def _act(
    chain: UUID,
    act: str,
    *,
    by: Person | None,
    post: Post | Door,
    content: dict[str, Any],
    reason: str,
    at: datetime,
) -> Act:
    return Act(
        chain=chain,
        kind=KIND,
        act=act,
        outcome=None,
        stage=STAGE,
        actor=_actor(by, post),
        role=post.role,
        organisation=post.organisation_id,
        seen_version=0,
        happened_at=at,
        pack=settings.PACK,
        content=content | {"reason": reason},
        reason_given=bool(reason),
    )


def _actor(by: Person | None, post: Post | Door) -> UUID:
    """The id under which an act stands: that of the person, or of the door by which somebody outside came."""
    if by:
        return by.pk
    if isinstance(post, Door):
        return post.actor
    raise ValueError("An act by a post needs the person who holds it.")
