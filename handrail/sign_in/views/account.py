"""The page “Your account”: sessions, second factors, outside identities and the password."""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.access.audience import Audience
from handrail.access.inputs import return_address
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.sign_in import actions, entering, factors, forms, lapsed, proof
from handrail.sign_in.again import PASSKEY, WITH, asking, freshly_proven_by_any_means, take
from handrail.sign_in.middleware import before_proof
from handrail.sign_in.models import Session, kept_key
from handrail.sign_in.proof import Method
from handrail.sign_in.proving import Wrong
from handrail.sign_in.views.entrance import READ_OR_SEND, signed_out


@page(Audience.SIGNED_IN)
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show the user's sessions, second factors and outside identities."""
    person = person_of(request)
    connected = {each.issuer: each for each in person.outside_identities.select_related("organisation")}
    context = {
        "sessions": Session.objects.of(person),
        "here": kept_key(request.session.session_key or ""),
        "factors": factors.of(person),
        "recovery_codes": factors.recovery_codes_left(person),
        "identities": connected.values(),
        "issuers": [each for each in settings.ISSUERS.values() if each.issuer not in connected],
    }
    return render(request, "sign_in/account.html", context)


@page(Audience.SIGNED_IN)
@require_http_methods(READ_OR_SEND)
def kept(request: HttpRequest) -> HttpResponse:
    """Show the answers kept from a lapsed session, to be sent or deleted."""
    if request.method == "POST":
        lapsed.forget(request)
        return redirect(settings.LOGIN_REDIRECT_URL)
    pages = lapsed.pages_of(request, person_of(request))
    return render(request, "sign_in/kept.html", {"pages": pages})


@page(Audience.SIGNED_IN)
@require_POST
def everywhere(request: HttpRequest) -> HttpResponse:
    """Sign the user out everywhere, including here."""
    actions.end_sessions(person_of(request), but=request.session.session_key)
    logout(request)
    return signed_out(request)


@page(Audience.SIGNED_IN)
@require_POST
def end_session(request: HttpRequest, handle: UUID) -> HttpResponse:
    """End one of the user's sessions, which may be this one."""
    actions.end_session(person_of(request), str(handle))
    return redirect("sign_in:account")


@page(Audience.SIGNED_IN)
@freshly_proven_by_any_means
@sensitive_post_parameters("password")
@require_http_methods(READ_OR_SEND)
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other session ends."""
    person = person_of(request)
    errors: dict[str, str] = {}
    if request.method == "POST":
        chosen = request.POST.get("password", "")
        errors = {"password": wrong} if (wrong := forms.unfit_password(chosen, person)) else {}
    if request.method == "POST" and not errors:
        methods, proven = proof.methods_of(request) or {Method.PASSWORD}, request.session.get(proof.PROOF)
        actions.choose_password(person, chosen)
        messages.success(request, "Your password is changed. You are signed out everywhere else.")
        response = entering.enter(request, person, methods, reverse("sign_in:account"))
        if proven:
            request.session[proof.PROOF] = proven  # a new password makes no earlier proof fresh
        return response
    context = {"errors": errors, "email": person.email}
    return render(
        request, "sign_in/password.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if errors else 200
    )


@before_proof
@page(Audience.SIGNED_IN)
@sensitive_post_parameters("again-password", "again-code")
@require_http_methods(READ_OR_SEND)
def again(request: HttpRequest) -> HttpResponse:
    """Ask for a further proof, and lead back."""
    onward = return_address(request)
    wrong = None
    if request.method == "POST":
        try:
            take(request)
            return redirect(onward or settings.LOGIN_REDIRECT_URL)
        except Wrong as error:
            wrong = error
    passkey = request.GET.get(WITH) == PASSKEY and not proof.is_fresh_by_passkey(request)
    action = request.get_full_path() if passkey else request.path
    return asking(request, wrong, action=action, carried=[], onward=onward, passkey=passkey)
