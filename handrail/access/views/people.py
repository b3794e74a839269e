"""The user of a request."""

from django.http import HttpRequest

from handrail.organisations.models import Person


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in user. Raises PermissionError on a page that let a visitor in."""
    if not isinstance(request.user, Person):
        raise PermissionError("This page is for people who are signed in.")
    return request.user
