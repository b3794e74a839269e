"""Who looks at the pages: an officer, a supervisor and a panel chair of the largest force, and the nation."""

import time
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

from django.db.models import Count
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from handrail.cases.models import Case, Deadline, Receipt
from handrail.notices import rounds
from handrail.notices.models import Notice, Round
from handrail.organisations.models import Kind, Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.sign_in.proof import PROOF, Method
from handrail.sign_in.store import SIGNED_IN

CASELOAD = 40


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody at a browser."""

    person: Person
    client: Client

    def get(self, address: str) -> bytes:
        """The page at an address."""
        return answered(address, self.client.get(address))

    def post(self, address: str, **typed: str) -> bytes:
        """The page that answers a form."""
        return answered(address, self.client.post(address, typed))


def answered(address: str, response: object) -> bytes:
    """The page that came; nothing that is measured may be refused, lead elsewhere or not be there."""
    assert isinstance(response, HttpResponse)
    assert response.status_code == HTTPStatus.OK, f"{address} answers {response.status_code}."
    return response.content


@dataclass(frozen=True, slots=True)
class Readers:
    """The readers of the bench."""

    force: Organisation
    officer: Reader
    supervisor: Reader
    nation: Reader

    @property
    def by_name(self) -> tuple[tuple[str, Reader], ...]:
        """Each with what the figures call them."""
        return ("officer", self.officer), ("supervisor", self.supervisor), ("nation", self.nation)


def readers() -> Readers:
    """The readers, once there are cases; the force is the one with the most."""
    force = Organisation.objects.forces().annotate(size=Count("cases")).order_by("-size", "slug").first()
    assert force
    officer, supervisor = (holder(role, force) for role in (Role.PREVENT_OFFICER, Role.PREVENT_SUPERVISOR))
    give_cases(officer.person, force)
    tell_everybody()
    nation = Organisation.objects.get(kind=Kind.NATION)
    return Readers(force, officer, supervisor, holder(Role.NATIONAL_ASSURANCE, nation))


def holder(role: Role, organisation: Organisation) -> Reader:
    """Somebody who holds this role in an organisation or a team of it, signed in."""
    posts = Post.objects.filter(role=role)
    post = (
        posts.filter(organisation=organisation) | posts.filter(organisation__parent=organisation)
    ).order_by("pk")[0]
    return Reader(Person.objects.get(pk=post.person_id), client_of(post.person))


def client_of(person: Person) -> Client:
    """A browser in which somebody is signed in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    prove(client, person)
    return client


def prove(client: Client, person: Person) -> None:
    """Make the session look as if somebody had come by a passkey; forcing them in leaves that out."""
    session = client.session
    session[PROOF] = {"by": [Method.PASSKEY], "at": time.time()}
    began = {"began_at": timezone.now().isoformat(), "origin": None, "device": ""}
    session[SIGNED_IN] = {"handle": str(uuid4()), "person": str(person.pk), **began}
    session.save()


def give_cases(officer: Person, force: Organisation) -> None:
    """Give the officer the cases that one person can lead, and the rest of theirs to a colleague.

    An officer of a country with more cases has more colleagues, not more cases. These are enough to fill
    their home page at every size. What they referred themselves is shared out alike.
    """
    due = Deadline.objects.running().filter(force=force, role=Role.PREVENT_OFFICER, case__waiting_since=None)
    theirs = list(due.order_by("pk").values_list("case_id", flat=True)[:CASELOAD])
    posts = Post.objects.filter(role=Role.PREVENT_OFFICER, organisation__parent=force).exclude(person=officer)
    colleague = posts.order_by("pk")[0].person
    Case.objects.filter(owner=officer).update(owner=colleague)
    Case.objects.filter(pk__in=theirs).update(owner=officer)
    referred = Receipt.objects.filter(person=officer)
    own = list(referred.order_by("pk").values_list("pk", flat=True)[:CASELOAD])
    referred.exclude(pk__in=own).update(person=colleague)


def tell_everybody() -> None:
    """Tell people what the worker would have told them by now, and nothing that was told before.

    Every page counts what its reader was told and has not looked at.
    """
    Notice.objects.all().delete()
    Round.objects.all().delete()
    rounds.run(timezone.now())
