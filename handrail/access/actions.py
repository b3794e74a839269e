"""Acts that give, review or end access to a record: each writes its row and its ledger entry together.

These acts do not check whether the user may perform them. The room that knows the record checks that before
the call.
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

KIND = STAGE = "access"  # the kind of these ledger chains, and the value of `stage` in their entries
EXCLUDED = "access-excluded"


@dataclass(frozen=True, slots=True)
class Door:
    """The public form as the author of an act: its actor id in the ledger and the police force it sent to."""

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
    """Give a person or an organisation access to a record, or to some of its stages; return the grant.

    `post` is the post by which `by` gives the grant. `office` is a post of the receiving person: the grant
    then holds only while that person has a post of that role in that organisation. With `event` the grant
    ends when the event ends (`end_with`), at `until` at the latest. The ledger entry names the office and the
    event. Raises ValueError if the kind of grant needs an event and none is given, or takes none and one is
    given; also if nothing would end the grant but somebody who remembers to.
    """
    _refuse_without_end(kind, until, event)
    grant = Grant(
        id=uuid4(),
        record=record,
        kind=kind,
        stages=list(stages),
        purpose=purpose,
        reason=reason,
        basis=basis,
        controller=controller,
        sample=sample,
        by=by,
        role=post.role,
        since=at or timezone.now(),
        until=until,
        **_held_by(to, office),
        **_given_by(event),
    )
    with transaction.atomic():
        grant.save(force_insert=True)
        on_record(grant.pk, f"access-{kind}", by=by, post=post, content=_content_of(grant), reason=reason)
    return grant


def _held_by(to: Person | Organisation, office: Post | None) -> dict[str, Any]:
    """Return the columns of a grant that say who holds it, and in which office."""
    held = {"person": to} if isinstance(to, Person) else {"organisation": to}
    return held | ({"office": office.role, "office_in_id": office.organisation_id} if office else {})


def _given_by(event: Event | None) -> dict[str, Any]:
    """Return the columns of a grant that name the event that gives it; none for a grant without one."""
    if event is None:
        return {}
    return {"event_kind": event.kind, "event": event.id, "event_words": event.words, "event_on": event.on}


def _refuse_without_end(kind: str, until: datetime | None, event: Event | None) -> None:
    """Raise ValueError for a grant that would not end as the rule of its kind says."""
    ends = RULES[kind].ends
    if (ends is Ends.EVENT) != bool(event):
        raise ValueError("Only an event gives grants that end with it.")
    if until is None and ends is not Ends.BY_HAND:
        raise ValueError("Enter the latest end date: nobody may ever record that an event is over.")


def _content_of(grant: Grant) -> dict[str, Any]:
    """Return what the ledger entry of a new grant says of it."""
    content: dict[str, Any] = {
        "record": str(grant.record),
        "to": str(grant.person_id or grant.organisation_id),
        "kind": str(grant.kind),
        "stages": list(grant.stages),
        "until": grant.until.isoformat() if grant.until else None,
        "purpose": grant.purpose,
        "basis": grant.basis,
        "controller": grant.controller,
        "sample": str(grant.sample_id) if grant.sample_id else None,
        "office": grant.office,
        "office_in": str(grant.office_in_id) if grant.office_in_id else None,
    }
    if grant.event and grant.event_on:
        content["event"] = {
            "kind": grant.event_kind,
            "id": str(grant.event),
            "words": grant.event_words,
            "on": grant.event_on.isoformat(),
        }
    return content


def end(grant: Grant, *, by: Person, post: Post, reason: str) -> None:
    """End a grant now; do nothing if it has already ended."""
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
    """End every grant that an event gave, in one transaction with an entry for each; return how many ended.

    The room that owns the event calls this function in the transaction that ends the event.
    """
    with transaction.atomic():
        grants = list(Grant.objects.filter(event=event, ended_at=None).order_by("since", "pk"))
        for grant in grants:
            end(grant, by=by, post=post, reason=reason)
    return len(grants)


def review(grant: Grant, *, by: Person, post: Post, finding: str, reason: str) -> None:
    """Record a reviewer's finding on access with a reason; do nothing if it was reviewed before."""
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
    """Create an inspector's sample: read access to these records until `until`.

    `chosen` says how the records were chosen, so that the choice can be repeated.
    """
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
    """End a sample and all its grants now; do nothing if the sample has already ended."""
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
    """Exclude a person from a record, whatever their posts and grants; `by` is None for the public form.

    If the person owned the record, `owner` is the id of the new owner, or "" if the record has none now.
    `owner` is None if ownership does not change.
    """
    with transaction.atomic():
        exclusion = Exclusion(record=record, person=person, by=by, reason=reason, since=timezone.now())
        exclusion.save(force_insert=True)
        on_record(exclusion.pk, EXCLUDED, by=by, post=post, content=_kept(exclusion, owner), reason=reason)
    return exclusion


def exclude_many(kept: Iterable[tuple[UUID, Person, Post]], *, by: Person, reason: str) -> None:
    """Exclude many people, each from one record, in a few statements.

    Each item of `kept` is a record, the person to exclude and the post by which `by` acts. The rows and
    entries are as `exclude` writes them, with ownership unchanged.
    """
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
    """End an exclusion; this gives no access by itself.

    The person then sees what their posts and grants allow.
    """
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
    """Append an act on access to the ledger, on the chain of the row that the act created or changed."""
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
    """Return the id of the actor in the ledger: the person's, or the public form's."""
    if by:
        return by.pk
    if isinstance(post, Door):
        return post.actor
    raise ValueError("Only the person who holds a post can act by it.")
