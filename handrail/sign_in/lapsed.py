"""What was typed into a page whose session had ended: kept on the server, for its author, for an hour.

    lapse, Continue ──► keep ──► signing in ──► shown again, to the same person, to be sent by them

It lies in the browser's new session, under the person whose session it was. Somebody else who signs in on
that computer is not shown it: it goes the moment they do. Nothing is done with it by itself. Passwords and
codes are never kept, and files are not.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypedDict

from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from handrail.organisations.models import Person
from handrail.sign_in.models import Session

KEPT = "typed_before"
FOR = 60 * 60  # seconds
MOST_PAGES = 8
# Inputs by which a page tells its showing, and that of the text that it has taken up and not kept yet.
SHOWING, TAKES_UP = "showing", "takes-up"
SECRETS = frozenset({"csrfmiddlewaretoken", "code", "credential"})
Typed = list[tuple[str, str]]


class Kept(TypedDict):
    """Typed text that is kept: its author's id, seconds since 1970, and the text by page address."""

    person: str
    at: float
    pages: dict[str, Typed]


def lapse(request: HttpRequest) -> None:
    """Note whose session has ended in this browser, and keep what they sent to a page that is closed now."""
    if KEPT not in request.session:
        _carry_over(request)
    kept = _kept(request)
    if kept:
        _keep(request, kept["person"])


def keep(request: HttpRequest, person: Person) -> None:
    """Keep what somebody who is signed in sent, while they are led elsewhere to prove who they are."""
    _keep(request, str(person.pk))


def _keep(request: HttpRequest, person: str) -> None:
    kept = _kept(request)
    kept = kept if kept and kept["person"] == person else None
    pages, at = (kept["pages"], kept["at"]) if kept and kept["pages"] else ({}, time.time())
    if request.method == "POST" and (sent := typed(request)):
        pages, at = {**pages, _place(pages, request.get_full_path(), sent): sent}, time.time()
    newest = dict(list(pages.items())[-MOST_PAGES:])
    request.session[KEPT] = Kept(person=person, at=at, pages=newest)


def _place(pages: dict[str, Typed], address: str, sent: Typed) -> str:
    """Return where a page is kept: its address, with a number where another one lies there."""
    number, place = 1, address
    while place in pages and _form_of(pages[place]) != _form_of(sent):
        number += 1
        place = f"{address}#{number}"  # a browser sends it to the same address
    return place


def _form_of(sent: Typed) -> tuple[set[str], str]:
    """Return what tells one form of a page from another, and one tab that shows it from another."""
    return {name for name, _ in sent}, _showing(sent)


def _showing(sent: Typed) -> str:
    return next((value for name, value in sent if name == SHOWING), "")


def typed(request: HttpRequest) -> Typed:
    """What was sent with a page, but for what proves who somebody is."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in SECRETS and "password" not in name and not name.startswith("again-")
    ]


def _carry_over(request: HttpRequest) -> None:
    """Note who was signed in in the session of this browser that has ended by the clock, if anybody was.

    What was kept for them in it, of an earlier lapse, goes on for what is left of its hour.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    ended = Session.objects.filter(session_key=key, expire_date__lte=timezone.now()).exclude(person=None)
    found = ended.first() if key else None
    if found is None:
        return
    person = str(found.person_id)
    earlier: Kept | None = request.session.decode(found.session_data).get(KEPT)
    is_theirs = earlier and earlier["person"] == person and time.time() - earlier["at"] <= FOR
    request.session[KEPT] = earlier if is_theirs else Kept(person=person, at=time.time(), pages={})


def _kept(request: HttpRequest) -> Kept | None:
    kept: Kept | None = request.session.get(KEPT)
    return kept if kept and time.time() - kept["at"] <= FOR else None


def is_any_kept(request: HttpRequest) -> bool:
    """Whether something that was typed in this browser is kept for whoever typed it."""
    kept = _kept(request)
    return bool(kept and kept["pages"])


def pages_of(request: HttpRequest, person: Person) -> dict[str, Typed]:
    """What is kept for whoever is signed in, by its address."""
    kept = _kept(request)
    return kept["pages"] if kept and kept["person"] == str(person.pk) else {}


def forget(request: HttpRequest) -> None:
    """Let go of what is kept in this session."""
    request.session.pop(KEPT, None)


def forget_old(request: HttpRequest) -> None:
    """Let go of it once its hour is over."""
    if KEPT in request.session and _kept(request) is None:
        forget(request)


def takes_up(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a page that shows by itself what was typed into it before: it calls `typed_before`.

    Where the page is not there for its author any more, what they typed shows on the page for all of it.
    """

    @wraps(view)
    def taking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = view(request, *args, **kwargs)
        except Http404:
            if not is_kept(request):
                raise
            return redirect("sign_in:kept")
        return response

    vars(taking)["takes_up"] = True
    return taking


def is_kept(request: HttpRequest) -> bool:
    """Whether what was typed into this very page before is kept for whoever asks for it now."""
    user = request.user
    return (
        request.method == "GET"
        and isinstance(user, Person)
        and request.get_full_path() in pages_of(request, user)
    )


def typed_before(request: HttpRequest, person: Person) -> QueryDict | None:
    """What was typed into this very page before; it stays until the page lets it go (`let_go`)."""
    sent = pages_of(request, person).get(request.get_full_path()) if request.method == "GET" else None
    if sent is None:
        return None
    found = QueryDict(mutable=True)
    for name, value in sent:
        found.appendlist(name, value)
    return found


def let_go(request: HttpRequest, person: Person, sent: QueryDict) -> None:
    """Let go of what was typed into a page before, once the page has kept it in its own way.

    What another tab has sent to the same page stays.
    """
    shown = {*sent.getlist(SHOWING), *sent.getlist(TAKES_UP)} - {""}
    taken = request.get_full_path() if request.method == "GET" else ""
    pages = pages_of(request, person)
    left = {at: one for at, one in pages.items() if at != taken and _showing(one) not in shown}
    if len(left) < len(pages):
        request.session[KEPT] = {**request.session[KEPT], "pages": left}


def onward(request: HttpRequest, person: Person) -> str:
    """Where somebody who has just signed in finds what they typed; "" where nothing is kept for them.

    What was kept for somebody else is gone now.
    """
    if not pages_of(request, person):
        forget(request)
    return place_of(request, person)


def place_of(request: HttpRequest, person: Person) -> str:
    """The address where somebody finds what they typed: its own page, or one for all; "" for nothing."""
    pages = list(pages_of(request, person))
    if not pages:
        return ""
    return pages[0] if len(pages) == 1 and _shows_by_itself(pages[0]) else reverse("sign_in:kept")


def _shows_by_itself(address: str) -> bool:
    if "#" in address:  # the page shows what lies at its own address
        return False
    try:
        view = resolve(address.partition("?")[0]).func
    except Resolver404:
        return False
    return getattr(view, "takes_up", False)
