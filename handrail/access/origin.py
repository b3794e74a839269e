"""From where somebody asks."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def origin_of(request: HttpRequest) -> str | None:
    """The address from which a request came to the first proxy of ours; what is before it may be forged.

    With as many proxies as HANDRAIL_PROXIES says, each adds one address on the right of X-Forwarded-For.
    Where that is no address, or they are too few, it is whoever is connected to us.
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
