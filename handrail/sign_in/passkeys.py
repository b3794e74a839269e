"""Passkeys: the options sent to a browser, and the check of its answers.

Each passkey is stored on its authenticator and asks for a finger, a face or a PIN, so one is enough by
itself.
"""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from handrail.organisations.models import Person

MOST = 10  # passkeys of one person
# A browser can send anything, and the library raises different errors for invalid input.
NONSENSE = (ValidationError, ValueError, TypeError, KeyError, AttributeError)


class NoPasskey(Exception):
    """The browser's answer is invalid, belongs to no open account, or answers another question."""


def of(person: Person) -> list[Authenticator]:
    """Return a person's passkeys, oldest first."""
    return list(_all(person).order_by("created_at"))


def ask(request: HttpRequest) -> dict[str, Any]:
    """Return the options with which a browser uses any of its passkeys for this site."""
    options: dict[str, Any] = auth.begin_authentication(None)
    return options


def answered(request: HttpRequest, credential: str) -> Person:
    """Return the person whose passkey was used. Each challenge works once. Raises NoPasskey."""
    try:
        given = _read(credential)
        auth.parse_authentication_response(given)
        person = auth.extract_user_from_response(given)
        used = auth.complete_authentication(person, given)
    except NONSENSE as error:
        raise NoPasskey from error
    finally:
        auth.clear_state()
    if not (isinstance(person, Person) and person.is_active):
        raise NoPasskey
    Authenticator.objects.filter(pk=used.pk).update(last_used_at=timezone.now())
    return person


def ask_for_new(person: Person) -> dict[str, Any]:
    """Return the options with which a browser creates a passkey for a person."""
    options: dict[str, Any] = auth.begin_registration(person, passwordless=True)
    return options


def add(person: Person, name: str, credential: str) -> Authenticator:
    """Save a new passkey. Raises NoPasskey for an invalid answer or one passkey too many."""
    try:
        given = _read(credential)
        auth.parse_registration_response(given)
        made = auth.complete_registration(given)
    except NONSENSE as error:
        raise NoPasskey from error
    finally:
        auth.clear_state()
    if not made.is_user_verified() or _all(person).count() >= MOST:
        raise NoPasskey
    kept: Authenticator = auth.WebAuthn.add(person, name, given).instance
    return kept


def _read(credential: str) -> dict[str, Any]:
    given = json.loads(credential)
    if not isinstance(given, dict):
        raise NoPasskey
    return given


def _all(person: Person) -> Any:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
