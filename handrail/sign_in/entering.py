"""The steps of signing in: a first proof, a second proof if one is set up, then a session."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from handrail.access.origin import origin_of
from handrail.organisations.models import Person
from handrail.sign_in import agents, device, factors, lapsed, proof
from handrail.sign_in.models import Session
from handrail.sign_in.proof import Method, Strength
from handrail.sign_in.store import SIGNED_IN

WAITING = "waiting"
PATIENCE = 10 * 60  # seconds between the first proof and the second
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person who gave the first proof and not yet the second. They are not signed in."""

    person: Person
    methods: frozenset[Method]
    onward: str


def begin(
    request: HttpRequest, person: Person, method: Method, onward: str, *, proved_at: float | None = None
) -> HttpResponse:
    """Continue after a first proof: sign in, or ask for the second proof if the person has set one up.

    `proved_at`: when the proof was given, in seconds since 1970, if an outside issuer says so.
    """
    if proof.strength_of({method}) >= Strength.TWO_FACTOR or not factors.any_of(person):
        return enter(request, person, {method}, onward, proved_at=proved_at)
    request.session.cycle_key()
    request.session[WAITING] = {
        "person": str(person.pk),
        "hash": person.get_session_auth_hash(),
        "by": [method],
        "at": time.time(),
        "next": onward,
    }
    return redirect("sign_in:code")


def waiting(request: HttpRequest) -> Waiting | None:
    """Return the person who gave a first proof in this browser at most PATIENCE seconds ago, or None."""
    kept = request.session.get(WAITING)
    if not kept or time.time() - kept["at"] > PATIENCE:
        return None
    person = Person.objects.filter(pk=kept["person"], is_active=True).first()
    if person is None or not constant_time_compare(kept["hash"], person.get_session_auth_hash()):
        return None
    return Waiting(person, frozenset(map(Method, kept["by"])), kept["next"])


def enter(
    request: HttpRequest,
    person: Person,
    methods: Collection[Method],
    onward: str = "",
    *,
    proved_at: float | None = None,
) -> HttpResponse:
    """Sign a person in, in a session with a new key, and redirect to the page that they wanted."""
    request.session.pop(WAITING, None)
    request.session.pop(proof.PROOF, None)
    login(request, person, backend=BACKEND)
    proof.record(request, *methods, at=proved_at)
    request.session[SIGNED_IN] = {
        "handle": str(uuid4()),
        "person": str(person.pk),
        "began_at": timezone.now().isoformat(),
        "origin": origin_of(request),
        "device": agents.named(request.headers.get("User-Agent", "")),
    }
    end_oldest(person)
    typed_before = lapsed.onward(request, person)
    response = redirect(typed_before or onward or reverse(settings.LOGIN_REDIRECT_URL))
    if Method.DEMONSTRATION not in methods:
        device.remember(request, response, person.email)
    return response


def end_oldest(person: Person) -> None:
    """End the longest unused sessions of a person, so that one more is within SESSIONS_AT_ONCE."""
    kept = Session.objects.of(person)[: settings.SESSIONS_AT_ONCE - 1]
    Session.objects.filter(person=person).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
