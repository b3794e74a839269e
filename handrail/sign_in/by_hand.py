"""Accounts made by whoever runs the installation: the very first one, and one whose owner lost everything.

Whoever can run this can read the whole database anyway; the ledger keeps that it was done.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from handrail.access import context
from handrail.access.actions import on_record
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting
from handrail.sign_in import actions, links
from handrail.sign_in.models import Purpose

REASON = "Made on the command line, by whoever runs this installation."


@transaction.atomic
def create(name: str, email: str, role: Role, organisation: str, vetted: tuple[Vetting, date]) -> str:
    """Make an account with one post, and give the one-time link to it. Raises actions.Refused.

    `vetted`: how far its holder was vetted, and until when; without that a post opens nothing.
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
    person = Person.objects.create_user(email, name)
    post = Post.objects.create(
        person=person,
        organisation=place,
        role=role,
        since=timezone.localdate(),
        vetting=vetted[0],
        vetted_until=vetted[1],
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
        "until": None,
        "vetting": Vetting(post.vetting).name,
        "vetted_until": post.vetted_until.isoformat() if post.vetted_until else None,
    }


@transaction.atomic
def link(email: str, *, forget_factors: bool) -> str:
    """A new one-time link to an account; on request its second factors go. Raises actions.Refused."""
    person = Person.objects.filter(email=email.lower(), is_active=True).first()
    if person is None:
        raise actions.Refused(f"No open account has the address {email}.")
    if forget_factors:
        actions.forget_factors(person)
    return links.make(person, Purpose.INVITATION)
