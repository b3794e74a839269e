"""Says who is signed in, and holds them to what they must have proven, on every page at once."""

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
    """Django's, which asks the database for the person; here they were read together with the session.

    Every page asks who is signed in, so it is found out at once.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Leave on the request who is signed in."""
        super().process_request(request)
        request.user = who_is_signed_in(request)


def who_is_signed_in(request: HttpRequest) -> Person | AnonymousUser:
    """Return the person of the request's session; nobody where it is over."""
    session = request.session
    found = session.signed_in() if isinstance(session, SessionStore) else None
    return found or get_user(request)


class SignInFirst(LoginRequiredMiddleware):
    """Django's, which leads whoever is not signed in to do so; here what they typed is kept for them."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """Lead to the page to sign in, and keep what was sent by somebody whose session had ended."""
        lapsed.lapse(request)
        return super().handle_no_permission(request, view_func)


def before_proof(view: View) -> View:
    """Mark a page that opens to whoever is signed in and has not proven enough yet.

    To set that up, no more.
    """
    vars(view)["before_proof"] = True
    return view


class ProvenEnough:
    """Leads whoever has not proven enough to the page where they do. No page has to ask for itself."""

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
        """Nothing where the page may open."""
        if is_open(view) or not isinstance(request.user, Person) or proof.suffices(request, request.user):
            return None
        if request.method == "POST":
            lapsed.keep(request, request.user)
        onward = (
            request.get_full_path() if request.method == "GET" else lapsed.place_of(request, request.user)
        )
        back = {"next": onward} if onward else {}
        return redirect(f"{reverse('sign_in:second-factor')}?{urlencode(back)}")


def is_open(view: View) -> bool:
    """Whether a page opens without proof.

    Public ones, those marked, and none that does not say for whom it is.
    """
    stated = getattr(view, "audience", None)
    return getattr(view, "before_proof", False) or (stated is not None and not stated.needs_sign_in)
