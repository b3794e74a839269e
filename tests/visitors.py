"""The clients that request every address."""

from typing import Any

from django.test import Client

from handrail.cases.tests.cast import Cast
from handrail.organisations.models import Person


def visitors(cast: Cast, **defaults: Any) -> list[Client]:
    """Return clients: signed out, an officer, an officer elsewhere, a single point of contact, a lead."""
    people: list[Person | None] = [None, cast.officer, cast.stranger, cast.spoc, cast.lead]
    return [visitor(person, **defaults) for person in people]


def visitor(person: Person | None, **defaults: Any) -> Client:
    client = Client(raise_request_exception=False, **defaults)
    if person:
        client.force_login(person)
    return client
