"""Answers typed into a page whose session had ended, kept on the server for their author for an hour.

    lapse, Continue ──► keep ──► signing in ──► shown again to the same person, who sends them

The answers are in the browser's new session, with the id of the person of the ended session. If another
person signs in there, the answers are deleted unseen. Nothing is sent by itself. Passwords, codes and files
are never kept.
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
from handrail.sign_in.models import Session, kept_key

KEPT = "typed_before"
FOR = 60 * 60  # seconds
MOST_PAGES = 8
# Hidden inputs: the id of this rendering of the form, and the ids of renderings whose kept answers it shows.
SHOWING, TAKES_UP = "showing", "takes-up"
SECRETS = frozenset({"csrfmiddlewaretoken", "code", "credential"})
Typed = list[tuple[str, str]]


class Kept(TypedDict):
    """Kept answers by page address, with their author's id and a time in seconds since 1970."""

    person: str
    at: float
    pages: dict[str, Typed]


def lapse(request: HttpRequest) -> None:
    """Note the person whose session ended in this browser, and keep what was sent to the closed page."""
    if KEPT not in request.session:
        _carry_over(request)
    kept = _kept(request)
    if kept:
        _keep(request, kept["person"])


def remember_sent(request: HttpRequest, person: Person) -> None:
    """Keep what a signed-in user sent, while they prove their identity on another page."""
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
    """Return the key for a page's answers: its address, with a number if another form lies there."""
    number, place = 1, address
    while place in pages and _form_of(pages[place]) != _form_of(sent):
        number += 1
        place = (
            f"{address}#{number}"  # browsers do not send the fragment, so the form still goes to its address
        )
    return place


def _form_of(sent: Typed) -> tuple[set[str], str]:
    """Return what identifies a form: the names of its inputs, and the rendering that one tab shows."""
    return {name for name, _ in sent}, _showing(sent)


def _showing(sent: Typed) -> str:
    return next((value for name, value in sent if name == SHOWING), "")


def typed(request: HttpRequest) -> Typed:
    """Return the inputs of a POST request, without passwords, codes and tokens."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in SECRETS and "password" not in name and not name.startswith("again-")
    ]


def _carry_over(request: HttpRequest) -> None:
    """Note the person of this browser's session that has expired, if there was one.

    Answers that were kept in that session for an earlier lapse stay for the rest of their hour.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    ended = Session.objects.filter(session_key=kept_key(key), expire_date__lte=timezone.now())
    found = ended.exclude(person=None).first() if key else None
    if found is None:
        return
    person = str(found.person_id)
    earlier: Kept | None = type(request.session)(key).decode(found.session_data).get(KEPT)
    is_theirs = earlier and earlier["person"] == person and time.time() - earlier["at"] <= FOR
    request.session[KEPT] = earlier if is_theirs else Kept(person=person, at=time.time(), pages={})


def _kept(request: HttpRequest) -> Kept | None:
    kept: Kept | None = request.session.get(KEPT)
    return kept if kept and time.time() - kept["at"] <= FOR else None


def is_any_kept(request: HttpRequest) -> bool:
    """Whether answers are kept in this browser for their author."""
    kept = _kept(request)
    return bool(kept and kept["pages"])


def pages_of(request: HttpRequest, person: Person) -> dict[str, Typed]:
    """Return the answers kept for this person, by page address."""
    kept = _kept(request)
    return kept["pages"] if kept and kept["person"] == str(person.pk) else {}


def forget(request: HttpRequest) -> None:
    """Delete the answers kept in this session."""
    request.session.pop(KEPT, None)


def forget_old(request: HttpRequest) -> None:
    """Delete the answers kept in this session once their hour is over."""
    if KEPT in request.session and _kept(request) is None:
        forget(request)


def takes_up(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that restores kept answers itself by calling `typed_before`.

    If the view answers 404 although answers are kept for the page, the user is sent to the page that shows
    all.
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
    """Whether answers to the requested page are kept for the user."""
    user = request.user
    return (
        request.method == "GET"
        and isinstance(user, Person)
        and request.get_full_path() in pages_of(request, user)
    )


def typed_before(request: HttpRequest, person: Person) -> QueryDict | None:
    """Return the answers kept for the requested page, or None. They stay until the page calls `let_go`."""
    sent = pages_of(request, person).get(request.get_full_path()) if request.method == "GET" else None
    if sent is None:
        return None
    found = QueryDict(mutable=True)
    for name, value in sent:
        found.appendlist(name, value)
    return found


def let_go(request: HttpRequest, person: Person, sent: QueryDict) -> None:
    """Delete the answers kept for a page once the page has saved them itself.

    Answers that another tab sent to the same address stay.
    """
    shown = {*sent.getlist(SHOWING), *sent.getlist(TAKES_UP)} - {""}
    taken = request.get_full_path() if request.method == "GET" else ""
    pages = pages_of(request, person)
    left = {at: one for at, one in pages.items() if at != taken and _showing(one) not in shown}
    if len(left) < len(pages):
        request.session[KEPT] = {**request.session[KEPT], "pages": left}


def onward(request: HttpRequest, person: Person) -> str:
    """Return where a person who just signed in finds their kept answers; "" if there are none.

    Answers of another person are deleted.
    """
    if not pages_of(request, person):
        forget(request)
    return place_of(request, person)


def place_of(request: HttpRequest, person: Person) -> str:
    """Return the address that shows a person's kept answers: the page itself, or a list; "" for none."""
    pages = list(pages_of(request, person))
    if not pages:
        return ""
    return pages[0] if len(pages) == 1 and _shows_by_itself(pages[0]) else reverse("sign_in:kept")


def _shows_by_itself(address: str) -> bool:
    if "#" in address:  # a page restores only the answers kept under its plain address
        return False
    try:
        view = resolve(address.partition("?")[0]).func
    except Resolver404:
        return False
    return getattr(view, "takes_up", False)
