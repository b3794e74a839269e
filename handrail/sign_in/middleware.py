"""Middleware that finds the signed-in user and requires enough proof on every page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from handrail.organisations.models import Person
from handrail.sign_in import lapsed, proof
from handrail.sign_in.store import SessionStore

View = Callable[..., HttpResponse]


class SignedIn(AuthenticationMiddleware):
    """Django's middleware, except that the user was loaded in one query with the session.

    Every page needs the user, so `request.user` is set at once instead of lazily.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Set `request.user`."""
        super().process_request(request)
        request.user = who_is_signed_in(request)


def who_is_signed_in(request: HttpRequest) -> Person | AnonymousUser:
    """Return the user of the request's session, or AnonymousUser if the session is over."""
    session = request.session
    found = session.signed_in() if isinstance(session, SessionStore) else None
    return found or get_user(request)


class SignInFirst(LoginRequiredMiddleware):
    """Django's middleware that redirects visitors to sign in, except that what they sent is kept."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """Redirect to the page to sign in, keeping what a user whose session had ended sent."""
        lapsed.lapse(request)
        return super().handle_no_permission(request, view_func)


def before_proof(view: View) -> View:
    """Mark a view as open to signed-in users without enough proof, as needed to set up a second factor."""
    vars(view)["before_proof"] = True
    return view


class ProvenEnough:
    """Middleware that redirects users without enough proof to the page where they give it."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Person) and isinstance(request.session, SessionStore):
            request.session.touch()
            lapsed.forget_old(request)
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Return None if the view may open, else a redirect."""
        if is_open(view) or not isinstance(request.user, Person) or proof.suffices(request, request.user):
            return None
        if request.method == "POST":
            lapsed.remember_sent(request, request.user)
        onward = (
            request.get_full_path() if request.method == "GET" else lapsed.place_of(request, request.user)
        )
        back = {"next": onward} if onward else {}
        return redirect(f"{reverse('sign_in:second-factor')}?{urlencode(back)}")


def is_open(view: View) -> bool:
    """Whether a view opens without proof: public and marked views do, views without an audience do not."""
    stated = getattr(view, "audience", None)
    return getattr(view, "before_proof", False) or (stated is not None and not stated.needs_sign_in)
