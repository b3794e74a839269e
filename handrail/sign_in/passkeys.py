"""Passkeys: what a browser is asked for, and what it answers.

All of them are kept on the authenticator itself and ask for a finger, a face or a PIN, so that one is enough.
"""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from handrail.organisations.models import Person

MOST = 10  # of one person
# What a browser sends is somebody's to make up; the library tells of nonsense in several ways.
NONSENSE = (ValidationError, ValueError, TypeError, KeyError, AttributeError)


class NoPasskey(Exception):
    """What the browser answered is no passkey of an open account, or not for what it was asked."""


def of(person: Person) -> list[Authenticator]:
    """Somebody's passkeys, the oldest first."""
    return list(_all(person).order_by("created_at"))


def ask(request: HttpRequest) -> dict[str, Any]:
    """What the browser needs to use any passkey that it has for this site."""
    options: dict[str, Any] = auth.begin_authentication(None)
    return options


def answered(request: HttpRequest, credential: str) -> Person:
    """Whose passkey was used. A question can be answered once. Raises NoPasskey."""
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
    """What the browser needs to make a passkey for somebody."""
    options: dict[str, Any] = auth.begin_registration(person, passwordless=True)
    return options


def add(person: Person, name: str, credential: str) -> Authenticator:
    """Keep a new passkey. Raises NoPasskey where it is not what was asked for."""
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
