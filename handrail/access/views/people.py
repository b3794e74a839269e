"""Who asks."""

from django.http import HttpRequest

from handrail.organisations.models import Person


def person_of(request: HttpRequest) -> Person:
    """The person who is signed in; every page that calls this is closed to others."""
    if not isinstance(request.user, Person):
        raise PermissionError("This page is for people who are signed in.")
    return request.user
