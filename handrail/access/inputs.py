"""Reading a number, an id or a return address from a request. Others' code may not (`audit/code.py`)."""

import re
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

INTEGER = 2**31 - 1  # the largest number that an `integer` column holds
BIG_INTEGER = 2**63 - 1  # the largest that a `bigint` column holds
DIGITS = re.compile("[0-9]{1,19}")


def number(text: str, most: int = INTEGER) -> int | None:
    """Return a whole number from 0 to `most`, written in ASCII digits, or None for any other text."""
    if not DIGITS.fullmatch(text):
        return None
    found = int(text)
    return found if found <= most else None


def identifier(text: str) -> UUID | None:
    """Return the id that a text spells, or None for any other text."""
    try:
        return UUID(text)
    except ValueError:
        return None


def return_address(request: HttpRequest) -> str:
    """Return the path, query and fragment that a request names as `next`, or "" for no address of this site.

    An address of this site may name its host. What is left without the host is checked again: a browser takes
    a path that begins with two slashes, or a slash and a backslash, for another host.
    """
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return ""
    path = urlunsplit(urlsplit(wanted)._replace(scheme="", netloc=""))
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, None) else ""
