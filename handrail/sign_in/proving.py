"""A further proof: by passkey, by code, or by password for a user without a second factor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from math import ceil

from django.http import HttpRequest

from handrail.access.origin import origin_of
from handrail.organisations.models import Person
from handrail.sign_in import device, factors, forms, passkeys, throttle
from handrail.sign_in.proof import Method
from handrail.sign_in.throttle import Claim

NO_PASSKEY = "No passkey of this account was used. Try again, or use a code."
NO_PASSWORD = "Check your password. It is wrong."  # noqa: S105 words on a page


@dataclass(frozen=True, slots=True)
class Wrong(Exception):
    """The proof failed: the message, the input that it belongs to, and the status of the page."""

    message: str
    input: str = "code"
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY


def prove(request: HttpRequest, person: Person, given: Mapping[str, str]) -> Method:
    """Check a proof by this person and return its method. A code or password counts as a try.

    Raises Wrong, which says what the page answers.
    """
    if given.get("credential"):
        return _by_passkey(request, person, given["credential"])
    has_second = factors.any_of(person)
    name = "code" if has_second else "password"
    typed = given.get(name, "")
    if unfit := forms.unfit(name, typed):
        raise Wrong(unfit, name)
    claims = _claims(request, person)
    if wait := throttle.take(claims):
        raise Wrong(too_many(wait), name, HTTPStatus.TOO_MANY_REQUESTS)
    if has_second:
        method = factors.accept(person, typed)
    else:
        method = Method.PASSWORD if person.check_password(typed) else None
    if method is None:
        raise Wrong(forms.WRONG_CODE if has_second else NO_PASSWORD, name)
    throttle.give_back(claims)
    return method


def _by_passkey(request: HttpRequest, person: Person, credential: str) -> Method:
    try:
        used_by = passkeys.answered(request, credential)
    except passkeys.NoPasskey as error:
        raise Wrong(NO_PASSKEY) from error
    if used_by != person:
        raise Wrong(NO_PASSKEY)
    return Method.PASSKEY


def _claims(request: HttpRequest, person: Person) -> list[Claim]:
    known = device.known_as(request, person.email)
    if known:
        return [Claim(throttle.CODES_ON_DEVICE, f"{person.email}\n{known}")]
    return [Claim(throttle.CODES_OF_ACCOUNT, person.email)]


def password_claims(request: HttpRequest, email: str) -> list[Claim]:
    """Return the limits that one try of a password counts against.

    On a browser known to the account this is the browser's own limit only, which strangers cannot use up.
    """
    address = email.strip().lower()
    known = device.known_as(request, address)
    if known:
        return [Claim(throttle.PASSWORDS_ON_DEVICE, f"{address}\n{known}")]
    return [
        Claim(throttle.FROM_ORIGIN, throttle.place(origin_of(request))),
        Claim(throttle.PASSWORDS_OF_ACCOUNT, address),
        Claim(throttle.EVERYWHERE),
    ]


def too_many(wait: timedelta) -> str:
    """Return the message after too many tries; it does not reveal whether the account exists."""
    minutes = ceil(wait / timedelta(minutes=1))
    return (
        f"Too many tries. Wait {minutes} minute{'s' if minutes > 1 else ''} and try again, "
        "use a passkey, or use a browser where you have signed in before: strangers cannot lock that out."
    )
