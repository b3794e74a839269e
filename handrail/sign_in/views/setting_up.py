"""Pages that set up second factors: authenticator app, passkeys, recovery codes.

A user with a second factor has to prove it first, and a user with a passkey has to prove that. So a thief
with a stolen password or a code given away cannot add a passkey of their own.
"""

from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.access.audience import Audience
from handrail.access.inputs import return_address
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.sign_in import actions, factors, forms, passkeys, proof
from handrail.sign_in.again import fresh_proof, issuers_of
from handrail.sign_in.middleware import before_proof
from handrail.sign_in.proof import Method, Strength
from handrail.sign_in.views.entrance import READ_OR_SEND

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, Given], HttpResponse]
SECRET = "new_app"  # noqa: S105 the key of the session
NEXT = "after_setting_up"


def strength_needed(request: HttpRequest) -> Strength:
    """Return the strength that a user must prove to change their factors: the strongest they have set up.

    If an issuer can vouch for the user, a password alone is not enough, as an e-mail can reset it.
    """
    person = person_of(request)
    if factors.has_passkey(person):
        return Strength.PHISHING_RESISTANT
    elsewhere = issuers_of(person) and Method.OUTSIDE not in proof.methods_of(request)
    return Strength.TWO_FACTOR if factors.has_app(person) or elsewhere else Strength.ONE_FACTOR


def by_what_stands(view: "View[Given]") -> "View[Given]":
    """Open a view only to users who recently proved the strongest factor that they have set up."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        needed = strength_needed(request)
        if proof.strength(request) < needed:
            back = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(f"{reverse('sign_in:second-factor')}?{back}")
        asked = fresh_proof(request, by_passkey=needed is Strength.PHISHING_RESISTANT)
        return asked or view(request, *args, **kwargs)

    return guarded


@before_proof
@page(Audience.SIGNED_IN)
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Show what the user has to set up or prove before Handrail opens."""
    person = person_of(request)
    if onward := return_address(request):
        request.session[NEXT] = onward
    context = {
        "has_passkey": factors.has_passkey(person),
        "has_app": factors.has_app(person),
        "needs_passkey": proof.needed(person) is Strength.PHISHING_RESISTANT,
        "is_enough": proof.suffices(request, person),
        "issuers": [] if proof.is_two_factor(request) else issuers_of(person),
        "next": request.session.get(NEXT, ""),
    }
    return render(request, "sign_in/second-factor.html", context)


@before_proof
@page(Audience.SIGNED_IN)
@by_what_stands
@require_http_methods(READ_OR_SEND)
def app(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app."""
    person = person_of(request)
    secret = request.session.setdefault(SECRET, factors.new_secret())
    typed = request.POST.get("code", "").strip()
    unfit = forms.unfit("code", typed) if request.method == "POST" else ""
    errors = {"code": unfit} if unfit else {}
    if request.method == "POST" and not errors:
        try:
            codes = actions.set_up_app(person, secret, typed)
        except actions.Refused as refused:
            errors = {"code": str(refused)}
        else:
            del request.session[SECRET]
            proof.record(request, Method.CODE)
            return done(request, "The app is set up.", codes)
    picture = get_adapter().build_totp_svg(get_adapter().build_totp_url(person, secret))
    context = {
        "errors": errors,
        "code": forms.code_input(errors),
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "picture": picture_address(picture),
        "has_app": factors.has_app(person),
    }
    return render(
        request, "sign_in/app.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else 200
    )


def picture_address(svg: str) -> str:
    """Return an SVG picture as a data URL, the only form that the content security policy allows here."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


@before_proof
@page(Audience.SIGNED_IN)
@by_what_stands
@require_http_methods(READ_OR_SEND)
def passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey, and lead on to the page that `next` names."""
    person = person_of(request)
    if onward := return_address(request):
        request.session[NEXT] = onward
    sheet = forms.passkey(request)
    if sheet.is_right():
        name = sheet.answer("name")
        try:
            codes = actions.add_passkey(person, name, request.POST.get("credential", ""))
        except actions.Refused as refused:
            sheet.wrong("name", str(refused))
        else:
            proof.record(request, Method.PASSKEY)
            return done(request, f"The passkey “{name}” is added.", codes)
    return render(request, "sign_in/passkey.html", {"sheet": sheet}, status=sheet.status)


@before_proof
@page(Audience.SIGNED_IN)
@by_what_stands
@require_POST
def passkey_options(request: HttpRequest) -> JsonResponse:
    """Return the options with which the browser creates a passkey."""
    return JsonResponse(passkeys.ask_for_new(person_of(request)))


@page(Audience.SIGNED_IN)
@by_what_stands
@require_http_methods(READ_OR_SEND)
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Replace the user's recovery codes."""
    if request.method != "POST":
        return render(request, "sign_in/recovery-codes.html")
    return done(request, "", actions.renew_recovery_codes(person_of(request)))


@page(Audience.SIGNED_IN)
@by_what_stands
@require_http_methods(READ_OR_SEND)
def remove(request: HttpRequest, factor_id: int) -> HttpResponse:
    """Remove a second factor."""
    person = person_of(request)
    factor = next((each for each in factors.of(person) if each.id == factor_id), None)
    if factor is None:
        return redirect("sign_in:account")
    errors = {}
    if request.method == "POST":
        try:
            actions.remove_factor(person, factor_id)
            messages.success(request, f"“{factor.name}” is removed.")
            return redirect("sign_in:account")
        except actions.Refused as refused:
            errors = {"remove": str(refused)}
    context = {"factor": factor, "errors": errors}
    return render(
        request, "sign_in/remove.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else 200
    )


def done(request: HttpRequest, said: str, codes: list[str]) -> HttpResponse:
    """Show new recovery codes once, or redirect to the page that the user wanted."""
    request.session.cycle_key()
    onward = request.session.pop(NEXT, "") or reverse("sign_in:account")
    if said:
        messages.success(request, said)
    if not codes:
        return redirect(onward)
    return render(request, "sign_in/codes.html", {"codes": codes, "next": onward})
