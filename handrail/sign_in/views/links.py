"""Pages of one-time links: the invitation and the forgotten password."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from handrail.access.audience import Audience
from handrail.access.origin import origin_of
from handrail.access.pages import page
from handrail.forms.sheet import Sheet
from handrail.sign_in import actions, entering, forms, links, throttle
from handrail.sign_in.models import Link, Purpose
from handrail.sign_in.proof import Method
from handrail.sign_in.proving import too_many
from handrail.sign_in.throttle import Claim
from handrail.sign_in.views.entrance import READ_OR_SEND

ARRIVED = "arrived"


@page(Audience.PUBLIC)
@require_safe
@sensitive_variables("secret")
def arrive(request: HttpRequest, secret: str) -> HttpResponse:
    """Move the link's secret from the address to the session, to keep it out of histories and referrers."""
    request.session[ARRIVED] = secret
    return redirect("sign_in:link")


@page(Audience.PUBLIC)
@sensitive_post_parameters("password")
@require_http_methods(READ_OR_SEND)
def link(request: HttpRequest) -> HttpResponse:
    """Set a password by a one-time link.

    Only POST uses the link up, so mail scanners that open links do no harm.
    """
    found = links.find(request.session.get(ARRIVED, ""))
    if found is None:
        return render(request, "sign_in/link-gone.html", status=404)
    wrong = ""
    if request.method == "POST":
        chosen = request.POST.get("password", "")
        wrong = forms.unfit_password(chosen, found.person)
        if not wrong:
            return _use(request, found, chosen)
    is_invitation = found.purpose == Purpose.INVITATION
    context = {
        "errors": {"password": wrong} if wrong else {},
        "is_invitation": is_invitation,
        "email": found.person.email,
        "issuers": [] if not is_invitation or actions.is_in_use(found.person) else settings.ISSUERS.values(),
    }
    return render(
        request, "sign_in/link.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else 200
    )


def _use(request: HttpRequest, found: Link, password: str) -> HttpResponse:
    try:
        actions.use_link(found, password)
    except actions.Refused:
        return render(request, "sign_in/link-gone.html", status=404)
    request.session.pop(ARRIVED, None)
    return entering.begin(request, found.person, Method.PASSWORD, "")


@page(Audience.PUBLIC)
@require_http_methods(READ_OR_SEND)
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a password reset link. The answer does not reveal whether the address is known."""
    sheet = forms.address(request)
    if not sheet.is_right():
        return _forgotten(request, sheet, sheet.status)
    email = sheet.answer("email").lower()
    claims = [
        Claim(throttle.LINKS_FROM_ORIGIN, throttle.place(origin_of(request))),
        Claim(throttle.LINKS_OF_ACCOUNT, email),
    ]
    if wait := throttle.take(claims):
        sheet.wrong("email", too_many(wait))
        return _forgotten(request, sheet, HTTPStatus.TOO_MANY_REQUESTS)
    actions.offer_reset(email)
    return render(request, "sign_in/forgotten-sent.html")


def _forgotten(request: HttpRequest, sheet: Sheet, status: int) -> HttpResponse:
    return render(request, "sign_in/forgotten.html", {"sheet": sheet}, status=status)
