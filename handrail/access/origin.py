"""The network address that a request came from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def origin_of(request: HttpRequest) -> str | None:
    """Return the address from which a request reached our first proxy; earlier addresses may be forged.

    Each of the HANDRAIL_PROXIES proxies appends one address to X-Forwarded-For. If the header holds too few
    addresses, or no valid one at that place, the address of the direct connection is returned.
    """
    direct: str | None = request.META.get("REMOTE_ADDR") or None
    if not settings.PROXIES:
        return direct
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if len(passed) < settings.PROXIES:
        return direct
    try:
        return str(ip_address(passed[-settings.PROXIES]))
    except ValueError:
        return direct
