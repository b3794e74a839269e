"""From where somebody asks."""

from django.conf import settings
from django.http import HttpRequest


def origin_of(request: HttpRequest) -> str | None:
    """The address from which a request came to the first proxy of ours; what was there before may be made up.

    With as many proxies as HANDRAIL_PROXIES says, each adds one address on the right of X-Forwarded-For.
    """
    direct: str | None = request.META.get("REMOTE_ADDR") or None
    if not settings.PROXIES:
        return direct
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    return passed[-settings.PROXIES] if len(passed) >= settings.PROXIES and passed[-1] else direct
