"""Acts on a force's duty list: the people on duty, and the contact for times when nobody is.

Each act is one transaction with its ledger entry, on the chain of the row that it creates or changes.
"""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from handrail.access.actions import on_record
from handrail.access.errors import NotAllowed, Unfit
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Duty, Kind, Organisation, Person, Post
from handrail.organisations.roles import roles_that_may


def forces_kept_by(person: Person) -> list[Organisation]:
    """Return the forces whose duty list the user maintains by a vetted post, by name.

    Reads the user's loaded posts, so it costs no further query.
    """
    bodies = (post.organisation for post in _keeping_posts(person))
    found = (body if body.kind == Kind.FORCE else body.parent for body in bodies)
    forces = {body.pk: body for body in found if body and body.kind == Kind.FORCE}
    return sorted(forces.values(), key=lambda force: force.name)


def can_be_on_duty(force: Organisation) -> list[Person]:
    """Return the people who may be on duty in a force: those who work on its cases, by name."""
    roles = roles_that_may(*WORKS_CASES)
    posts = Post.objects.current().vetted().filter(Q(organisation=force) | Q(organisation__parent=force))
    posts = posts.filter(role__in=roles)
    return list(posts.people().filter(is_active=True).order_by("name", "pk"))


def put_on_duty(
    force: Organisation,
    person: Person,
    telephone: str,
    since: datetime,
    until: datetime,
    *,
    by: Person,
    at: datetime | None = None,
) -> Duty:
    """Put a person on the duty list of a force. Raises NotAllowed, or Unfit for a wrong answer."""
    post = _keeping(by, force)
    if until <= since or until <= (at or timezone.now()):
        raise Unfit("until", "The duty must end after it starts, and in the future")
    if person not in can_be_on_duty(force):
        raise Unfit("person", "Select somebody who works on cases of this force")
    duty = Duty(id=uuid4(), force=force, person=person, telephone=telephone, since=since, until=until)
    said = {"force": str(force.pk), "person": str(person.pk), "telephone": telephone}
    times = {"since": since.isoformat(), "until": until.isoformat()}
    with transaction.atomic():
        duty.save(force_insert=True)
        on_record(duty.pk, "duty-given", by=by, post=post, content=said | times, reason="")
    return duty


def end_duty(duty: Duty, *, by: Person) -> None:
    """End a duty now, or cancel it before it begins; do nothing if it has ended. Raises NotAllowed."""
    post = _keeping(by, duty.force)
    now = timezone.now()
    with transaction.atomic():
        duty = Duty.objects.select_for_update().get(pk=duty.pk)
        if duty.until <= now:
            return
        duty.until = max(duty.since, now)
        if duty.since > now:
            duty.since = duty.until = now
        duty.save(update_fields=["since", "until"])
        on_record(
            duty.pk, "duty-ended", by=by, post=post, content={"until": duty.until.isoformat()}, reason=""
        )


def say_contact(force: Organisation, contact: str, *, by: Person) -> None:
    """Set whom to ring about a threat in a force while nobody is on duty. Raises NotAllowed."""
    post = _keeping(by, force)
    with transaction.atomic():
        force.duty_contact = contact
        force.save(update_fields=["duty_contact"])
        on_record(force.pk, "duty-contact", by=by, post=post, content={"contact": contact}, reason="")


def say_public_contact(force: Organisation, contact: str, *, by: Person) -> None:
    """Set the number and hours that the receipt of a referral names for a force. Raises NotAllowed."""
    post = _keeping(by, force)
    with transaction.atomic():
        force.public_contact = contact
        force.save(update_fields=["public_contact"])
        on_record(force.pk, "public-contact", by=by, post=post, content={"contact": contact}, reason="")


def _keeping_posts(person: Person) -> list[Post]:
    """Return the vetted posts by which a user maintains duty lists."""
    return [post for post in person.posts_that_may(Capability.KEEP_DUTY_LIST) if post.is_vetted()]


def _keeping(by: Person, force: Organisation) -> Post:
    """Return the post by which the user maintains the duty list of a force. Raises NotAllowed."""
    post = next((post for post in _keeping_posts(by) if post.force_id == force.pk), None)
    if post is None:
        raise NotAllowed("Only the supervisors and leads of this force can change its duty list.")
    return post
