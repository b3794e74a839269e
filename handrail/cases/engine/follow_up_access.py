"""Temporary access for the assignee of a follow-up; it ends with the follow-up."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from handrail.access import actions as access
from handrail.access.context import enter
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.policy.follow_ups import Asked
from handrail.policy.schema.step import Step
from handrail.records.acts import post_of

Key = tuple[UUID | None, str]  # who was given access, and for which kind of follow-up


def let_see_whoever_is_asked(record: Record, step: Step, *, by: Person, at: datetime) -> bool:
    """Update temporary access after a step that may assign or end follow-ups.

    Return whether somebody gained access to the case.
    """
    if record.settled or step.id in record.pack.asking or step.id in record.pack.answering:
        return let_see_who_is_asked_now(record, by=by, at=at)
    return False


def let_see_who_is_asked_now(record: Record, *, by: Person, at: datetime) -> bool:
    """Give access to the assignee of every open follow-up, and end it for follow-ups that have ended.

    A restricted case is left alone: people are named for it one by one. The caller holds the transaction.
    Return whether somebody gained access to the case.
    """
    if record.case.restricted:
        return False
    open_ = [asked for asked in record.position.asked if asked.of and not asked.refused]
    receivers = {asked.of: receiver_of(asked) for asked in open_}
    wanted = [(asked, receiver) for asked in open_ if (receiver := receivers[asked.of])]
    post = post_of(by, record.acts[-1])
    # Ended first: who works on the case only by what has ended needs new access for what is still open.
    lasting = _end_settled(record.case, {(to.pk, asked.kind) for asked, to in wanted}, by=by, post=post)
    gained = False
    for asked, to in wanted:
        until = lasting.get((to.pk, asked.kind))
        if _is_too_short(until, asked) if until else not works_on(record.case, to):
            lasting[to.pk, asked.kind] = _give(record, asked, to, by=by, post=post, at=at)
            gained = gained or until is None
    enter(by)
    return gained


def _end_settled(case: Case, wanted: Collection[Key], *, by: Person, post: Post) -> dict[Key, datetime]:
    """End the grants for follow-ups that have ended; return until when those for the others last."""
    lasting: dict[Key, datetime] = {}
    for grant in Grant.objects.live().filter(record=case.pk, kind=GrantKind.ASKED).order_by("until"):
        key = grant.person_id or grant.organisation_id, grant.purpose
        if key in wanted and grant.until:
            lasting[key] = grant.until
        else:
            access.end(grant, by=by, post=post, reason="This request has already been dealt with.")
            enter(by)
    return lasting


def _is_too_short(until: datetime, asked: Asked) -> bool:
    """Return whether access ends before the day by which a follow-up is due."""
    return asked.due is not None and timezone.localdate(until) <= asked.due


def receiver_of(asked: Asked) -> Person | Organisation | None:
    """Return who gets access: the person asked; for a force, its Prevent team; or the organisation asked."""
    person = Person.objects.filter(pk=asked.of).first()
    body = None if person else Organisation.objects.filter(pk=asked.of).first()
    return person or (body.team(Kind.PREVENT_TEAM) if body and body.kind == Kind.FORCE else body)


def works_on(case: Case, receiver: Person | Organisation) -> bool:
    """Return whether a person works on the case already; an organisation is always given access."""
    return isinstance(receiver, Person) and Case.objects.filter(pk=case.pk).changed_by(receiver).exists()


def _give(
    record: Record, asked: Asked, receiver: Person | Organisation, *, by: Person, post: Post, at: datetime
) -> datetime:
    """Give access until `invited_days` after the follow-up is due, and return that moment."""
    rule = record.pack.follow_up_by_id[asked.kind]
    ahead = max((asked.due - timezone.localdate(at)).days, 0) if asked.due else 0
    until = at + timedelta(days=ahead + record.pack.access.invited_days)
    access.give(
        record.case.pk,
        receiver,
        GrantKind.ASKED,
        by=by,
        post=post,
        purpose=asked.kind,
        reason=f"Asked on it: {rule.title}.",
        until=until,
        at=at,
    )
    return until
