"""Recognition of browsers that signed in to an account before, by a signed cookie without names."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from handrail.organisations.secret_keys import secret_keys

LIFE = 180 * 24 * 60 * 60  # seconds from the last sign-in
MOST = 5  # accounts that one browser remembers
SALT = "handrail.sign_in.device"


def known_as(request: HttpRequest, email: str) -> str:
    """Return this browser's random name if the account signed in on it before, else ""."""
    name, accounts = _read(request)
    mine = _digests(name, email)
    known = any(constant_time_compare(own, account) for own in mine for account in accounts)
    return name if known else ""


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Set the cookie that says that this account signed in on this browser."""
    name, accounts = _read(request)
    name = name or get_random_string(22)
    mine = _digests(name, email)
    kept = [mine[0], *(account for account in accounts if account not in mine)][:MOST]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([name, kept], salt=SALT),
        max_age=LIFE,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        found: Any = signing.loads(cookie, salt=SALT, max_age=LIFE)
    except signing.BadSignature:
        return "", []
    name, accounts = found
    return name, accounts


def _digests(name: str, email: str) -> list[str]:
    """Return the digests of an account on a browser, under the current key first."""
    text = f"{name}\n{email.lower()}"
    return [salted_hmac(SALT, text, key, algorithm="sha256").hexdigest()[:32] for key in secret_keys()]
