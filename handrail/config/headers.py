"""What every answer tells the browser: run nothing but ours, show it nowhere else, keep nothing."""

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
# A page may say something stricter of itself. The referrer is `same-origin`, not `no-referrer`: with that
# one browsers send "Origin: null" with a form, and the check against forged forms would refuse our own.
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
    """Stands outside everything else, so that errors and redirects that come early have them too."""

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
    """A style, script or icon that was found: it is the same for everybody. All else is kept by nobody."""
    return request.path.startswith(settings.STATIC_URL) and response.status_code in SHOWN
