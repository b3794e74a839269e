"""How strongly the user of this session proved their identity, and when they last did.

strength(request)             what was proved
needed(person)                what this person must prove before any other page opens
is_fresh(request)             whether the last proof is recent enough for a sensitive act
is_fresh_by_passkey(request)  whether the last use of a passkey is
"""

import time
from collections.abc import Iterable
from enum import IntEnum, StrEnum
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from handrail.organisations.capabilities import APPROVES, Capability
from handrail.organisations.models import Person

PROOF = "proof"
FRESH = 5 * 60  # seconds
SLACK = 30  # seconds by which an issuer's clock may differ from ours


class Method(StrEnum):
    """A way of proving one's identity."""

    PASSWORD = "password"  # noqa: S105 the name of a method
    CODE = "code"
    RECOVERY_CODE = "recovery-code"
    PASSKEY = "passkey"
    OUTSIDE = "outside"
    OUTSIDE_TWO_FACTOR = "outside-two-factor"
    OUTSIDE_PHISHING_RESISTANT = "outside-phishing-resistant"
    DEMONSTRATION = "demonstration"


class Strength(IntEnum):
    """How much several methods prove together."""

    NOTHING = 0
    ONE_FACTOR = 1
    TWO_FACTOR = 2
    PHISHING_RESISTANT = 3


FIRST = frozenset({Method.PASSWORD, Method.OUTSIDE})
SECOND = frozenset({Method.CODE, Method.RECOVERY_CODE})
STRONGEST = frozenset({Method.PASSKEY, Method.OUTSIDE_PHISHING_RESISTANT})


def strength_of(methods: Iterable[Method]) -> Strength:
    """Return what these methods prove together; the demonstration's own method counts only there."""
    used = frozenset(methods)
    if used & STRONGEST or (Method.DEMONSTRATION in used and settings.DEMONSTRATION):
        return Strength.PHISHING_RESISTANT
    if Method.OUTSIDE_TWO_FACTOR in used or (used & FIRST and used & SECOND):
        return Strength.TWO_FACTOR
    return Strength.ONE_FACTOR if used & (FIRST | SECOND) else Strength.NOTHING


def needed(person: Person) -> Strength:
    """Return the required strength: two factors, and phishing-resistant for users who manage accounts."""
    return Strength.PHISHING_RESISTANT if person.may(Capability.MANAGE_ACCOUNTS) else Strength.TWO_FACTOR


def needs_passkey_to_act(person: Person) -> bool:
    """Whether only a passkey is a fresh proof of this person: for users who approve or give access."""
    return any(person.may(capability) for capability in APPROVES)


def record(request: HttpRequest, *methods: Method, at: float | None = None) -> None:
    """Save in the session that these methods were used, now or at `at` (seconds since 1970, never later)."""
    used = sorted(methods_of(request) | set(methods))
    at = time.time() if at is None else min(at, time.time())
    by_passkey = at if STRONGEST & set(methods) else _kept(request).get("passkey_at", 0)
    request.session[PROOF] = {"by": used, "at": at, "passkey_at": by_passkey}


def methods_of(request: HttpRequest) -> frozenset[Method]:
    """Return the methods used in this session."""
    return frozenset(map(Method, _kept(request).get("by", ())))


def strength(request: HttpRequest) -> Strength:
    """Return what was proved in this session."""
    return strength_of(methods_of(request))


def is_two_factor(request: HttpRequest) -> bool:
    """Whether two factors were proved."""
    return strength(request) >= Strength.TWO_FACTOR


def suffices(request: HttpRequest, person: Person) -> bool:
    """Whether this session proves what the person must prove."""
    return strength(request) >= needed(person)


def is_fresh(request: HttpRequest, within: float = FRESH) -> bool:
    """Whether the last proof is at most `within` seconds old."""
    return _is_fresh(request, "at", within)


def is_fresh_by_passkey(request: HttpRequest) -> bool:
    """Whether a passkey was used lately, or an issuer vouched for an equal method."""
    return _is_fresh(request, "passkey_at")


def _is_fresh(request: HttpRequest, which: str, within: float = FRESH) -> bool:
    if Method.DEMONSTRATION in methods_of(request) and settings.DEMONSTRATION:
        return True
    return bool(time.time() - float(_kept(request).get(which, 0)) <= within)


def _kept(request: HttpRequest) -> dict[str, Any]:
    kept: dict[str, Any] = request.session.get(PROOF, {})
    return kept
