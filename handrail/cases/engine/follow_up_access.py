"""Temporary access for the assignee of a follow-up; it ends with the follow-up."""

from datetime import datetime, timedelta

from handrail.access import actions as access
from handrail.access.context import enter
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant
from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.policy.follow_ups import Asked
from handrail.policy.schema.step import Step


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
    case = record.case
    if case.restricted:
        return False
    open_ = [asked for asked in record.position.asked if asked.of and not asked.refused]
    receivers = {asked.of: receiver_of(asked) for asked in open_}
    wanted = {(receiver.pk, asked.kind) for asked in open_ if (receiver := receivers[asked.of])}
    post = next(post for post in by.current_posts if post.role == record.acts[-1].role)
    given = Grant.objects.live().filter(record=case.pk, kind=GrantKind.ASKED)
    had = {((grant.person_id or grant.organisation_id), grant.purpose): grant for grant in given}
    shows = False
    for asked in open_:
        receiver = receivers[asked.of]
        if receiver and (receiver.pk, asked.kind) not in had and not works_on(case, receiver):
            _give(record, asked, receiver, by=by, post=post, at=at)
            shows = True
    for key, grant in had.items():
        if key not in wanted:
            access.end(grant, by=by, post=post, reason="What was asked has been settled.")
    enter(by)
    return shows


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
) -> None:
    rule = record.pack.follow_up_by_id[asked.kind]
    access.give(
        record.case.pk,
        receiver,
        GrantKind.ASKED,
        by=by,
        post=post,
        purpose=asked.kind,
        reason=f"Asked on it: {rule.title}.",
        until=at + timedelta(days=record.pack.access.invited_days),
        at=at,
    )
