"""Base classes for the pages of signing in: a user with an app, half signed in, invited, or at an issuer."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from handrail.access.tests.page import PageTests
from handrail.organisations.tests.cast import Cast, make_cast
from handrail.sign_in import factors, links
from handrail.sign_in.models import Purpose
from handrail.sign_in.tests.conftest import give_password
from handrail.sign_in.tests.hands import PASSWORD
from handrail.sign_in.tests.issuer import FakeIssuer, serving
from handrail.sign_in.tests.test_outside import described

LOCAL = "localhost"  # where passkeys work without https


@dataclass(slots=True)
class Door:
    """The cast, with the officer's unused app codes and an invitation of the point of contact."""

    cast: Cast
    secret: str
    factor: int
    link: str


def make_door() -> Door:
    cast = make_cast()
    give_password(cast.officer)
    secret = factors.new_secret()
    factors.keep_app(cast.officer, secret, int(time.time()) // 30 - 120)
    factor = Authenticator.objects.get(user=cast.officer).pk
    return Door(cast, secret, factor, links.make(cast.spoc, Purpose.INVITATION))


class SignInTests(PageTests):
    """A page of signing in. The officer has a password and an app, the point of contact an invitation."""

    door: Door

    @pytest.fixture(autouse=True)
    def arranged(self, door: Door) -> None:
        self.cast, self.door = door.cast, door
        self.made_ready()

    def client(self, who: str) -> Client:
        client = Client(SERVER_NAME=LOCAL)
        if who == "half_way":
            said = {"email": self.cast.officer.email, "password": PASSWORD}
            client.post(reverse("sign_in:sign-in"), said)
        elif who == "invited":
            client.get(reverse("sign_in:link-arrive", args=[secret_of(self.door.link)]))
        elif who:
            client.force_login(self.person(who))
        return client


def secret_of(link: str) -> str:
    """Return the secret in a link's address."""
    return link.rsplit("/", 2)[1]


class OutsideSignInTests(SignInTests):
    """A page that redirects to the force's issuer, or receives its answer."""

    issuer: FakeIssuer

    @pytest.fixture(autouse=True)
    def arranged(self, door: Door, served: FakeIssuer, settings: LazySettings) -> None:
        served.claims = {}
        settings.ISSUERS = {"force": described("force", served, "borsetshire-police")}
        self.cast, self.door, self.issuer = door.cast, door, served
        self.made_ready()


@pytest.fixture(scope="package")
def served() -> Iterator[FakeIssuer]:
    """Serve the force's issuer while the tests of this folder run."""
    with serving(FakeIssuer()) as issuer:
        yield issuer
