"""Accounts made on the command line: the first one, and access for a user who lost every way to sign in.

A user of this command line could read the whole database anyway. The ledger records what they do here, on the
chain of the account: a new account and its post, a new link, and the removal of second factors.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from handrail.access import context
from handrail.access.actions import on_record
from handrail.access.errors import Unfit
from handrail.accounts.appointments import Appointment, fit
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting
from handrail.sign_in import actions, links
from handrail.sign_in.models import Purpose

REASON = "Made on the command line, by the people who run this installation."


@transaction.atomic
def create(
    name: str,
    email: str,
    role: Role,
    organisation: str,
    vetted: tuple[Vetting, date],
    until: date | None = None,
) -> str:
    """Create an account with one post; return its one-time link. Raises actions.Refused.

    `vetted`: the level and the last day of the holder's vetting; a post without vetting opens no case.
    `until`: the last day of the post; some roles need one.
    """
    place = Organisation.objects.filter(slug=organisation).first()
    if place is None:
        raise actions.Refused(
            f"There is no organisation {organisation!r}: give a slug such as west-yorkshire."
        )
    if Person.objects.filter(email=email.lower()).exists():
        raise actions.Refused(
            f"{email} has an account: `handrail account link {email}` makes a new link to it."
        )
    wanted = Appointment(role, place, timezone.localdate(), until, *vetted)
    try:
        fit(wanted, [])
    except Unfit as unfit:
        raise actions.Refused(f"{unfit}.") from unfit
    person = Person.objects.create_user(email, name)
    post = Post.objects.create(
        person=person,
        organisation=place,
        role=role,
        since=wanted.since,
        until=until,
        vetting=wanted.vetting,
        vetted_until=wanted.vetted_until,
    )
    context.enter(person)
    on_record(
        person.pk, "account-opened", by=person, post=post, content={"person": str(person.pk)}, reason=REASON
    )
    on_record(person.pk, "post-given", by=person, post=post, content=_said_of(post), reason=REASON)
    return links.make(person, Purpose.INVITATION)


def _said_of(post: Post) -> dict[str, Any]:
    return {
        "person": str(post.person_id),
        "post": post.pk,
        "role": post.role,
        "organisation": str(post.organisation_id),
        "since": post.since.isoformat(),
        "until": post.until.isoformat() if post.until else None,
        "vetting": Vetting(post.vetting).name,
        "vetted_until": post.vetted_until.isoformat() if post.vetted_until else None,
    }


@transaction.atomic
def link(email: str, *, forget_factors: bool) -> str:
    """Return a new one-time link to an account; remove second factors if asked. Raises actions.Refused."""
    person = Person.objects.filter(email=email.lower(), is_active=True).first()
    if person is None:
        raise actions.Refused(f"No open account has the address {email}.")
    post = person.posts.order_by("since", "pk").last()
    if post is None:
        raise actions.Refused(f"The account {email} never had a post: an administrator gives it one first.")
    context.enter(person)
    said = {"person": str(person.pk)}
    if forget_factors:
        actions.forget_factors(person)
        on_record(person.pk, "factors-removed", by=person, post=post, content=said, reason=REASON)
    on_record(person.pk, "link-made", by=person, post=post, content=said, reason=REASON)
    return links.make(person, Purpose.INVITATION)
