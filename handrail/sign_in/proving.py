"""Proving once more: a passkey, a code, or the password of somebody who has nothing else yet."""

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
    """It proves nothing; what to do, beside which input, and the status of the page that says so."""

    message: str
    input: str = "code"
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY


def prove(request: HttpRequest, person: Person, given: Mapping[str, str]) -> Method:
    """How what was given proves that this is the person. Raises Wrong. What is given counts once."""
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
    """What a try of a password uses up.

    Where the account is known to the browser, only what is its own there.
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
    """What to do after too many tries; the same words whether or not there is such an account."""
    minutes = ceil(wait / timedelta(minutes=1))
    return (
        f"There were too many tries. Wait {minutes} minute{'s' if minutes > 1 else ''} and try again,"
        " use a passkey, or use a browser in which you signed in before: strangers cannot lock those out."
    )
