"""The readers of the bench: officer, supervisor and panel chair of the largest force; a national user."""

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
    """A person at a browser."""

    person: Person
    client: Client

    def get(self, address: str) -> bytes:
        """Return the page at an address."""
        return answered(address, self.client.get(address))

    def post(self, address: str, **typed: str) -> bytes:
        """Return the page that answers a form."""
        return answered(address, self.client.post(address, typed))


def answered(address: str, response: object) -> bytes:
    """Return the content; raise unless the answer is an ordinary page."""
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
        """The readers with their names in the figures."""
        return ("officer", self.officer), ("supervisor", self.supervisor), ("nation", self.nation)


def readers() -> Readers:
    """Return the readers of the force with the most cases; cases must exist."""
    force = Organisation.objects.forces().annotate(size=Count("cases")).order_by("-size", "slug").first()
    assert force
    officer, supervisor = (holder(role, force) for role in (Role.PREVENT_OFFICER, Role.PREVENT_SUPERVISOR))
    give_cases(officer.person, force)
    tell_everybody()
    nation = Organisation.objects.get(kind=Kind.NATION)
    return Readers(force, officer, supervisor, holder(Role.NATIONAL_ASSURANCE, nation))


def holder(role: Role, organisation: Organisation) -> Reader:
    """Return a signed-in person with this role in an organisation or one of its teams."""
    posts = Post.objects.filter(role=role)
    post = (
        posts.filter(organisation=organisation) | posts.filter(organisation__parent=organisation)
    ).order_by("pk")[0]
    return Reader(Person.objects.get(pk=post.person_id), client_of(post.person))


def client_of(person: Person) -> Client:
    """Return a client with a person signed in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    prove(client, person)
    return client


def prove(client: Client, person: Person) -> None:
    """Mark the session as signed in with a passkey; `force_login` leaves that out."""
    session = client.session
    session[PROOF] = {"by": [Method.PASSKEY], "at": time.time(), "passkey_at": time.time()}
    began = {"began_at": timezone.now().isoformat(), "origin": None, "device": ""}
    session[SIGNED_IN] = {"handle": str(uuid4()), "person": str(person.pk), **began}
    session.save()


def give_cases(officer: Person, force: Organisation) -> None:
    """Give the officer as many cases as one person can lead, and a colleague the rest.

    In a country with more cases an officer has more colleagues, not more cases. These cases fill the
    officer's home page at every size. The officer's own referrals are divided likewise.
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
    """Replace every notice by the notices that the worker would have sent by now.

    Every page counts its reader's unread notices.
    """
    Notice.objects.all().delete()
    Round.objects.all().delete()
    rounds.run(timezone.now())
