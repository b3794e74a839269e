"""A second proof of identity before a sensitive act: exports, grants, restricted cases, changes of roles.

    @page(Audience.ACCOUNT_MANAGERS)
    @freshly_proven
    def close_account(request): ...

If the last proof is more than five minutes old, a page asks for another and leads back. A form that was
sent too late is not lost: the page that asks carries its answers along as hidden inputs.

Of users who approve or give access only a passkey is such a proof, and so of all who open a restricted
record. A user without one is told how to add one, and that all else stays open; what they typed is kept.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from handrail.organisations.models import Person
from handrail.sign_in import factors, forms, lapsed, proof
from handrail.sign_in.oidc.issuers import Issuer
from handrail.sign_in.proving import Wrong, prove

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponse]
PARTS = ("code", "password", "credential")
OURS = "again-"
WITH, PASSKEY = "with", "passkey"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 the name of an input


def fresh_proof(
    request: HttpRequest, back: str = "", *, by_passkey: bool | None = None
) -> HttpResponse | None:
    """Return None if the last proof is recent and strong enough, else a response that asks for another.

    `back`: where to lead back if the page itself shows nothing, such as a download. `by_passkey`: whether
    only a passkey will do; where it is not said, this follows from what the user may do.
    """
    passkey = lacks_passkey(request, by_passkey=by_passkey)
    if proof.is_fresh(request) and not passkey:
        return None
    if request.method == "POST":
        return in_place(request, by_passkey=by_passkey)
    onward = {"next": back or request.get_full_path()} | ({WITH: PASSKEY} if passkey else {})
    return redirect(f"{reverse('sign_in:again')}?{urlencode(onward)}")


def lacks_passkey(request: HttpRequest, *, by_passkey: bool | None) -> bool:
    """Whether the user has to use a passkey and has not done so lately."""
    person = request.user
    if by_passkey is None:
        by_passkey = isinstance(person, Person) and proof.needs_passkey_to_act(person)
    return by_passkey and not proof.is_fresh_by_passkey(request)


def freshly_proven(view: "View[Given]") -> "View[Given]":
    """Open a view only to users with a recent proof. Stands below `@page`."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        return fresh_proof(request) or view(request, *args, **kwargs)

    return guarded


def freshly_proven_by_any_means(view: "View[Given]") -> "View[Given]":
    """Open a view to users with a recent proof of any kind, as for their own sign-in and a first passkey."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        return fresh_proof(request, by_passkey=False) or view(request, *args, **kwargs)

    return guarded


def freshly_proven_to_send(view: "View[Given]") -> "View[Given]":
    """Open a view to its whole audience, but accept POST only from users with a recent proof."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        asked = fresh_proof(request) if request.method == "POST" else None
        return asked or view(request, *args, **kwargs)

    return guarded


def in_place(request: HttpRequest, *, by_passkey: bool | None) -> HttpResponse | None:
    """Check the proof sent with a form; return None if right, else a page that asks, with the answers."""
    page = partial(
        asking,
        request,
        action=request.get_full_path(),
        carried=_carried(request),
        onward=request.headers.get("Referer", ""),
        passkey=lacks_passkey(request, by_passkey=by_passkey),
    )
    if not any(f"{OURS}{part}" in request.POST for part in PARTS):
        return page()
    try:
        take(request)
    except Wrong as wrong:
        return page(wrong)
    if lacks_passkey(request, by_passkey=by_passkey):
        return page()
    lapsed.forget(request)
    return None


def take(request: HttpRequest) -> None:
    """Check the proof sent by a page and save it in the session. Raises Wrong."""
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 the page's audience
    given = {part: request.POST.get(f"{OURS}{part}", "") for part in PARTS}
    proof.record(request, prove(request, person, given))


def asking(
    request: HttpRequest,
    wrong: Wrong | None = None,
    *,
    action: str,
    carried: list[tuple[str, str]],
    onward: str = "",
    passkey: bool = False,
) -> HttpResponse:
    """Return the page that asks for a proof; `passkey`: for one by a passkey, or to add one."""
    person = request.user
    assert isinstance(person, Person)  # noqa: S101 the page's audience
    errors = {f"{OURS}{wrong.input}": wrong.message} if wrong else {}
    issuers, has_passkey = issuers_of(person), factors.has_passkey(person)
    if carried and (issuers or (passkey and not has_passkey)):
        # A user who proves it at an issuer, or adds a passkey, leaves this page: its answers are kept.
        lapsed.remember_sent(request, person)
        onward = lapsed.place_of(request, person)
    context = {
        "errors": errors,
        "code": forms.code_input(errors, f"{OURS}code"),
        "action": action,
        "carried": carried,
        "next": onward,
        "has_second": factors.any_of(person),
        "has_passkey": has_passkey,
        "needs_passkey": passkey,
        "issuers": issuers,
    }
    return render(request, "sign_in/again.html", context, status=wrong.status if wrong else 200)


def issuers_of(person: Person) -> list[Issuer]:
    """Return the issuers that are connected to a person's account and can vouch for two factors."""
    connected = set(person.outside_identities.values_list("issuer", flat=True))
    return [each for each in settings.ISSUERS.values() if each.issuer in connected and each.vouches]


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != TOKEN and not name.startswith(OURS)
    ]
