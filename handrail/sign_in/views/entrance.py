"""Signing in and out: by password and second proof, or by passkey alone."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from math import ceil

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from handrail.access.audience import Audience
from handrail.access.inputs import return_address
from handrail.access.pages import Menu, page
from handrail.organisations.models import Person
from handrail.sign_in import entering, factors, forms, lapsed, passkeys, throttle
from handrail.sign_in.proof import Method
from handrail.sign_in.proving import Wrong, password_claims, prove, too_many

READ_OR_SEND = ["GET", "HEAD", "POST"]
NOT_USED = (
    "That passkey does not open an account here. Use another one, or sign in with your password and a code."
)


def counted(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Count a try before it is checked, outside the page's transaction, so that no rollback uncounts it."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        claims = password_claims(request, request.POST.get("email", "")) if request.method == "POST" else []
        if wait := throttle.take(claims):
            sheet = forms.sign_in(request)
            sheet.wrong("email", too_many(wait))
            response = sign_in_page(request, sheet, HTTPStatus.TOO_MANY_REQUESTS)
            response.headers["Retry-After"] = str(ceil(wait.total_seconds()))
            return response
        response = view(request)
        if response.status_code == redirect("/").status_code:
            throttle.give_back(claims)
        return response

    return guarded


@counted
@page(Audience.PUBLIC, menu=Menu("Sign in", 10))
@sensitive_post_parameters("password")
@require_http_methods(READ_OR_SEND)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with an email address and a password."""
    if request.method != "POST" and request.user.is_authenticated:
        return redirect(return_address(request) or settings.LOGIN_REDIRECT_URL)
    sheet = forms.sign_in(request)
    if not sheet.is_right():
        return sign_in_page(request, sheet)
    person = authenticate(request, username=sheet.answer("email").lower(), password=sheet.password)
    if not isinstance(person, Person):
        sheet.wrong("email", forms.WRONG)
        return sign_in_page(request, sheet)
    return entering.begin(request, person, Method.PASSWORD, return_address(request))


def sign_in_page(request: HttpRequest, sheet: forms.SignIn, status: int = 0) -> HttpResponse:
    """Return the page to sign in, with its errors."""
    context = {
        "sheet": sheet,
        "next": return_address(request),
        "issuers": settings.ISSUERS.values(),
        "is_kept": lapsed.is_any_kept(request),
    }
    return render(request, "sign_in/sign-in.html", context, status=status or sheet.status)


@page(Audience.PUBLIC)
@require_http_methods(READ_OR_SEND)
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second proof, a code or a passkey; open only shortly after the first in this browser."""
    waiting = entering.waiting(request)
    if waiting is None:
        return redirect("sign_in:sign-in")
    wrong = None
    if request.method == "POST":
        try:
            method = prove(request, waiting.person, request.POST)
            return entering.enter(request, waiting.person, {*waiting.methods, method}, waiting.onward)
        except Wrong as error:
            wrong = error
    errors = {wrong.input: wrong.message} if wrong else {}
    context = {
        "code": forms.code_input(errors),
        "errors": errors,
        "has_passkey": factors.has_passkey(waiting.person),
    }
    return render(request, "sign_in/code.html", context, status=wrong.status if wrong else 200)


@page(Audience.PUBLIC)
@require_POST
def passkey_options(request: HttpRequest) -> JsonResponse:
    """Return the options with which the browser uses a passkey."""
    return JsonResponse(passkeys.ask(request))


@page(Audience.PUBLIC)
@require_POST
def by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone. There is no limit on tries, as a passkey cannot be guessed."""
    try:
        person = passkeys.answered(request, request.POST.get("credential", ""))
    except passkeys.NoPasskey:
        sheet = forms.SignIn((forms.EMAIL,), errors={"passkey": NOT_USED})
        return sign_in_page(request, sheet)
    return entering.enter(request, person, {Method.PASSKEY}, return_address(request))


@page(Audience.PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, if there is one, and show the page of signing out."""
    logout(request)
    return signed_out(request)


def signed_out(request: HttpRequest) -> HttpResponse:
    """Return the page after signing out; its header makes the browser delete cached data."""
    response = render(request, "sign_in/signed-out.html")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
