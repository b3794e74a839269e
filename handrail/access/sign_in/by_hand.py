"""Accounts made by whoever runs the installation: the very first one, and one whose owner lost everything.

Whoever can run this can read the whole database anyway, so it runs as the database's owner; the ledger keeps
that it was done.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from handrail.access import context
from handrail.access.actions import on_record
from handrail.access.appointments import Appointment, Unfit, fit
from handrail.access.sign_in import actions, links
from handrail.access.sign_in.models import Purpose
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.organisations.vetting import Vetting

REASON = "Made on the command line, by whoever runs this installation."


@transaction.atomic
def create(name: str, email: str, role: Role, organisation: str, vetted_until: date) -> str:
    """Make an account with one vetted post, and give the one-time link to it. Raises actions.Refused."""
    place = Organisation.objects.filter(slug=organisation).first()
    if place is None:
        raise actions.Refused(
            f"There is no organisation {organisation!r}: give a slug such as west-yorkshire."
        )
    if Person.objects.filter(email=email.lower()).exists():
        raise actions.Refused(
            f"{email} has an account: `handrail account link {email}` makes a new link to it."
        )
    wanted = Appointment(role, place, timezone.localdate(), None, Vetting.POLICE, vetted_until)
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
        vetting=wanted.vetting,
        vetted_until=wanted.vetted_until,
    )
    context.enter(person)
    said = {"person": str(person.pk), "role": role.value, "organisation": str(place.pk)}
    on_record(person.pk, "account-made", by=person, post=post, content=said, reason=REASON)
    return links.make(person, Purpose.INVITATION)


@transaction.atomic
def link(email: str, *, forget_factors: bool) -> str:
    """A new one-time link to an account; on request its second factors go. Raises actions.Refused."""
    person = Person.objects.filter(email=email.lower(), is_active=True).first()
    if person is None:
        raise actions.Refused(f"No open account has the address {email}.")
    if forget_factors:
        actions.forget_factors(person)
    return links.make(person, Purpose.INVITATION)
