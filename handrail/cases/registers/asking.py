"""Access for the person or organisation that a register entry asks for something, until they answer."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from handrail.access import actions as access
from handrail.access.context import enter
from handrail.access.grant_kinds import Ends, Event, Gives, Rule
from handrail.cases.models.register_entry import RegisterEntry
from handrail.organisations.models import Organisation, Person, Post
from handrail.policy.event import Event as Taken

KIND = "entry-ask"
RULE = Rule("Asked about a register entry", Gives.STEPS, Ends.EVENT, on_home=False, asked_at_exit=False)


def let_see_who_is_asked(
    register_entry: RegisterEntry, before: UUID | None, taken: Taken, *, by: Person, post: Post, at: datetime
) -> None:
    """Let the person or organisation that a step asks read the entry, in place of the one asked before.

    `before` is the id of the person or organisation that the entry asked before the step. Call this last in
    the transaction: an answer ends the access of its author.
    """
    if before and (taken.asked or not register_entry.asked_id):
        access.end_with(register_entry.pk, by=by, post=post, reason="This request has been dealt with.")
        enter(by)
    if taken.asked and register_entry.asked:
        _give(register_entry, register_entry.asked, taken, by=by, post=post, at=at)


def _give(
    register_entry: RegisterEntry,
    to: Person | Organisation,
    taken: Taken,
    *,
    by: Person,
    post: Post,
    at: datetime,
) -> None:
    """Give access until the request is answered, at the latest some time after the day that was named."""
    due = taken.until or taken.on
    ahead = max((due - timezone.localdate(at)).days, 0)
    access.give(
        register_entry.pk,
        to,
        KIND,
        by=by,
        post=post,
        reason="Asked about it.",
        until=at + timedelta(days=ahead + register_entry.pack.access.invited_days),
        event=Event("register-ask", register_entry.pk, "asked about it", due),
        at=at,
    )
