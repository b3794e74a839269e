"""For whom each page is. Every view says it with `@audience(...)`, and a script finds those that do not."""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from handrail.organisations.models import Person
from handrail.organisations.roles import (
    SEE_CHECKS,
    SEE_THE_NATION,
    SEE_THEIR_COUNCIL,
    SEE_THEIR_FORCE,
    SEE_THEIR_REGION,
)

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponse]

SEE_SOME_CASES = SEE_THEIR_FORCE | SEE_THEIR_REGION | SEE_THE_NATION | SEE_THEIR_COUNCIL


class Audience(Enum):
    """Who may open a page at all; which cases it then shows them is another question."""

    PUBLIC = "Anybody, signed in or not."
    SIGNED_IN = "Anybody who is signed in; the page shows what is theirs."
    CASE_READERS = "Those whose posts let them see some cases; the page shows only cases that they may see."
    CHECK_READERS = "Those who answer for how others keep to policy."
    DEMONSTRATION = "Anybody, on an installation that holds made-up people only."

    @property
    def needs_sign_in(self) -> bool:
        """Whether somebody who is not signed in is sent to sign in first."""
        return self not in {Audience.PUBLIC, Audience.DEMONSTRATION}

    def includes(self, person: Person) -> bool:
        """Whether somebody who is signed in belongs to it, by the posts held today."""
        roles = {Audience.CASE_READERS: SEE_SOME_CASES, Audience.CHECK_READERS: SEE_CHECKS}.get(self)
        return roles is None or person.holds(roles)


def audience(audience: Audience) -> "Callable[[View[Given]], View[Given]]":
    """State for whom a view is, and refuse it to everybody else."""

    def stated(view: "View[Given]") -> "View[Given]":
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
            refuse(request, audience)
            return view(request, *args, **kwargs)

        vars(guarded).update(audience=audience, login_required=audience.needs_sign_in)
        return guarded

    return stated


def refuse(request: HttpRequest, audience: Audience) -> None:
    """Raise what the audience's outsiders get. Who is not signed in has been sent to sign in before this."""
    if audience is Audience.DEMONSTRATION and not settings.DEMONSTRATION:
        raise Http404
    if audience.needs_sign_in and not (isinstance(request.user, Person) and audience.includes(request.user)):
        raise PermissionDenied
