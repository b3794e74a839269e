"""Security headers of every response: own scripts only, no framing, no caching."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
NEVER_USED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
# A view may set a stricter value. The referrer policy is `same-origin`: with `no-referrer` browsers send
# "Origin: null" with a form, and the CSRF check would refuse our own forms.
ALWAYS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NEVER_USED),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
SHOWN = frozenset({200, 206, 304})


class Headers:
    """The outermost middleware, so that early errors and redirects carry the headers too."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", _only_https())
        if not _is_static(request, response):
            response.headers["Cache-Control"] = "no-store"
        return response


def _only_https() -> str:
    return f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"


def _is_static(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the response is a static file, which is public and may be cached. Nothing else may be."""
    return request.path.startswith(settings.STATIC_URL) and response.status_code in SHOWN
