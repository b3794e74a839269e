"""A browser that signed in to an account before. It keeps that in a signed cookie, with no name in it."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

LIFE = 180 * 24 * 60 * 60  # seconds since the last time somebody signed in
MOST = 5  # accounts that one browser is known to
SALT = "handrail.sign_in.device"


def known_as(request: HttpRequest, email: str) -> str:
    """What this browser is called, where this account signed in on it before; otherwise nothing."""
    name, accounts = _read(request)
    mine = _digest(name, email)
    return name if any(constant_time_compare(mine, account) for account in accounts) else ""


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Keep that this account signed in here."""
    name, accounts = _read(request)
    name = name or get_random_string(22)
    mine = _digest(name, email)
    kept = [mine, *(account for account in accounts if account != mine)][:MOST]
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


def _digest(name: str, email: str) -> str:
    return salted_hmac(SALT, f"{name}\n{email.lower()}", algorithm="sha256").hexdigest()[:32]
