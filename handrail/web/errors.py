"""Error pages: each says what to do now, and that nothing on the record was lost."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from handrail.access.audience import Audience
from handrail.access.errors import NotAllowed, Refused
from handrail.access.pages import page
from handrail.access.reading import NoLine
from handrail.sign_in.lapsed import typed

TOO_LARGE = 413
# SQLSTATE: connection lost, too many connections, a lock held by others for too long, server starts or stops
NOT_THERE = ("08", "53300", "55P03", "57P")
Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Trouble:
    """The text of an error page. `plain`: rendered without session and database."""

    status: int
    title: str
    lines: tuple[str, ...]
    plain: bool = False


BAD_REQUEST = Trouble(
    400,
    "Handrail could not read your request",
    (
        "Your browser sent something that Handrail does not understand. Go back and try again.",
        "Nothing was recorded, and nothing on the record was lost.",
    ),
    plain=True,
)
LARGE = Trouble(
    TOO_LARGE,
    "You sent too much at once",
    (
        "Go back, shorten what you wrote, and send it again. Your browser usually still shows it.",
        "Nothing was recorded, and what you saved before is kept.",
    ),
    plain=True,
)
LARGE_FILE = Trouble(
    TOO_LARGE,
    "The file is too large",
    (
        "Go back, and choose a smaller file, or parts of it. The page says how large it can be.",
        "Nothing was recorded, and nothing on the record was lost.",
    ),
    plain=True,
)
NOT_DONE = Trouble(
    405,
    "You cannot do that at this address",
    (
        "You can open it, or a page of Handrail can send to it, but it was asked for something else.",
        "If you came here by the back button or by reloading, go to the first page and begin again.",
        "Nothing was recorded, and nothing on the record was lost.",
    ),
    plain=True,
)
NOT_A_FORM = Trouble(
    415,
    "Handrail only accepts what its own pages send",
    (
        "This address accepts the fields of a form, in UTF-8. It received something else, such as JSON.",
        "Nothing was recorded, and nothing on the record was lost.",
    ),
    plain=True,
)
NOT_ALLOWED = Trouble(
    403,
    "You cannot open this page",
    (
        "It is for people in another role. If you need it for your work, ask your account administrator.",
        "Nothing was recorded, and nothing on the record was lost.",
    ),
)
NOT_NOW = Trouble(
    409,
    "You cannot do this now",
    (
        "It has changed since you opened the page. Go back, copy what you wrote and reload.",
        "Nothing was recorded, and nothing on the record was lost.",
    ),
)
EXPIRED = Trouble(
    403,
    "This page was open for too long",
    (
        "You were signed out while this page was open, or your browser does not accept cookies.",
        "Press “Send it again” if there is such a button. Otherwise go back, copy what you wrote and reload.",
        "This was not recorded. What you saved before is kept, and nothing on the record was lost.",
    ),
)
NOT_FOUND = Trouble(
    404,
    "Page not found",
    (
        "If you typed the address, check it.",
        "If you followed a link, the page may no longer exist, or you may not be allowed to see it.",
        "Nothing on the record was lost.",
    ),
)
UNLOGGED = Trouble(
    503,
    "Handrail cannot show this at the moment",
    (
        "Handrail records who looks at what before it shows anything, and could not do so just now.",
        "Wait a minute, then try again. Nothing on the record was lost.",
        "If somebody is in immediate danger, call 999.",
    ),
    plain=True,
)
AWAY = Trouble(
    503,
    "Sorry, you cannot use Handrail at the moment",
    (
        "Wait a minute, then try again.",
        "If you were writing something, go back: your browser usually still shows it.",
        "A step is recorded whole or not at all. Nothing on the record was lost.",
        "If somebody is in immediate danger, call 999.",
    ),
    plain=True,
)
BROKEN = Trouble(
    500,
    "Sorry, something went wrong",
    (
        "Handrail could not finish this. Wait a minute, then go back and try again.",
        "Each step is recorded in full or not at all. Open the case to see whether your last one is there.",
        "What you saved before is kept, and nothing on the record was lost.",
        "If somebody is in immediate danger, call 999.",
    ),
    plain=True,
)


class Answered:
    """Middleware that answers a refused act that its view did not catch, and a log that was not written."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the error page of the exception; None for one that has no page."""
        pages = ((NoLine, UNLOGGED), (NotAllowed, NOT_ALLOWED), (Refused, NOT_NOW))
        found = (trouble for kind, trouble in pages if isinstance(exception, kind))
        trouble = next(found, None)
        return error_page(request, trouble) if trouble else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for a request that was unreadable or too large."""
    return error_page(request, LARGE if isinstance(exception, RequestDataTooBig) else BAD_REQUEST)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for a view that is closed to the user."""
    return error_page(request, NOT_ALLOWED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for an address that does not exist or is hidden from the user."""
    return error_page(request, NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Return the page for an unexpected error, or for a database that does not answer."""
    return error_page(request, AWAY if _is_without_database(sys.exception()) else BROKEN)


def _is_without_database(error: BaseException | None) -> bool:
    """Whether the database did not answer, kept a page waiting for too long, or is starting or stopping."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(NOT_THERE)


@page(Audience.PUBLIC)
def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form without a valid CSRF token; Django calls this view.

    If the browser vouches that the form came from our own site, the page offers to send it again.
    """
    context = {"trouble": EXPIRED, "carried": typed(request) if _is_ours(request) else []}
    return render(request, "web/error.html", context, status=EXPIRED.status)


def _is_ours(request: HttpRequest) -> bool:
    """Whether a form was sent from this site, by headers that other sites cannot forge in a browser."""
    said = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    here = f"{request.scheme}://{request.get_host()}"
    return request.method == "POST" and said in ("", "same-origin") and origin == here


def error_page(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """Return an error page."""
    context = {"trouble": trouble}
    if trouble.plain:
        return HttpResponse(get_template("web/error.html").render(context), status=trouble.status)
    return render(request, "web/error.html", context, status=trouble.status)
