"""How well somebody proved who they are in this session, and when they last did.

strength(request)               what was proven
needed(person)                  what this person must have proven before anything but setting it up opens
is_phishing_resistant(request)  for what only a passkey may open
fresh_proof(request)            a page that asks again before a sensitive act, or None
"""

import time
from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person

PROOF = "proof"
FRESH = 5 * 60  # seconds
SLACK = 30  # seconds by which the clock of an outside sign-in may be wrong


class Method(StrEnum):
    """A way in which somebody proves who they are."""

    PASSWORD = "password"  # noqa: S105 the name of a method
    CODE = "code"
    RECOVERY_CODE = "recovery-code"
    PASSKEY = "passkey"
    OUTSIDE = "outside"
    OUTSIDE_TWO_FACTOR = "outside-two-factor"
    OUTSIDE_PHISHING_RESISTANT = "outside-phishing-resistant"
    DEMONSTRATION = "demonstration"


class Strength(IntEnum):
    """How much the methods prove together."""

    NOTHING = 0
    ONE_FACTOR = 1
    TWO_FACTOR = 2
    PHISHING_RESISTANT = 3


FIRST = frozenset({Method.PASSWORD, Method.OUTSIDE})
SECOND = frozenset({Method.CODE, Method.RECOVERY_CODE})
STRONGEST = frozenset({Method.PASSKEY, Method.OUTSIDE_PHISHING_RESISTANT})


def strength_of(methods: Iterable[Method]) -> Strength:
    """What these methods prove together. Stepping in proves everything, and only in the demonstration."""
    used = frozenset(methods)
    if used & STRONGEST or (Method.DEMONSTRATION in used and settings.DEMONSTRATION):
        return Strength.PHISHING_RESISTANT
    if Method.OUTSIDE_TWO_FACTOR in used or (used & FIRST and used & SECOND):
        return Strength.TWO_FACTOR
    return Strength.ONE_FACTOR if used & (FIRST | SECOND) else Strength.NOTHING


def needed(person: Person) -> Strength:
    """What somebody must prove: two factors; whoever manages accounts, in a way that cannot be phished."""
    return Strength.PHISHING_RESISTANT if person.may(Capability.MANAGE_ACCOUNTS) else Strength.TWO_FACTOR


def record(request: HttpRequest, *methods: Method, at: float | None = None) -> None:
    """Keep in the session that these were used, now or at a moment that somebody outside vouches for."""
    used = sorted(methods_of(request) | set(methods))
    request.session[PROOF] = {"by": used, "at": time.time() if at is None else min(at, time.time())}


def methods_of(request: HttpRequest) -> frozenset[Method]:
    """How the person of this session proved who they are."""
    return frozenset(map(Method, _kept(request).get("by", ())))


def strength(request: HttpRequest) -> Strength:
    """What was proven in this session."""
    return strength_of(methods_of(request))


def is_two_factor(request: HttpRequest) -> bool:
    """Whether two factors were proven."""
    return strength(request) >= Strength.TWO_FACTOR


def is_phishing_resistant(request: HttpRequest) -> bool:
    """Whether a passkey was used, or an outside sign-in vouches for as much."""
    return strength(request) >= Strength.PHISHING_RESISTANT


def suffices(request: HttpRequest, person: Person) -> bool:
    """Whether as much was proven as this person must."""
    return strength(request) >= needed(person)


def is_fresh(request: HttpRequest, within: float = FRESH) -> bool:
    """Whether the last proof is so recent, in seconds."""
    if Method.DEMONSTRATION in methods_of(request) and settings.DEMONSTRATION:
        return True
    return bool(time.time() - float(_kept(request).get("at", 0)) <= within)


def _kept(request: HttpRequest) -> dict[str, Any]:
    kept: dict[str, Any] = request.session.get(PROOF, {})
    return kept
