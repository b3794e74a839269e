"""The pages of the shell."""

from base64 import b64encode
from hashlib import sha256

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.access.audience import Audience, audience
from handrail.cases.home import home_of
from handrail.cases.packs import current_pack
from handrail.cases.views.people import person_of
from handrail.cases.views.sight import shown
from handrail.policy.show import show
from handrail.web.forms import SignIn

WRONG = 422
# The page holds its own style, known by its digest. Nothing else in it is let do anything.
POLICY_PAGE = "default-src 'none'; style-src 'sha256-{}'; img-src data:; frame-ancestors 'none'; sandbox"


@audience(Audience.PUBLIC)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The front door: make a referral, come back to one, or sign in."""
    return render(request, "web/start.html")


@audience(Audience.PUBLIC)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with an email address and a password, and go on to where one was going."""
    form = SignIn(request, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        login(request, form.person)
        return redirect(_where_to(request))
    if request.method != "POST" and request.user.is_authenticated:
        return redirect(_where_to(request))
    context = {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "web/sign-in.html", context, status=WRONG if form.messages else 200)


def _where_to(request: HttpRequest) -> str:
    """The page of this site that was asked for before signing in, or home."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("web:home")


@audience(Audience.PUBLIC)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and say so. Whoever is signed out already is told the same."""
    logout(request)
    response = render(request, "web/signed-out.html")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@audience(Audience.SIGNED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs this person."""
    home = home_of(person_of(request))
    shown(request, home.cases)
    return render(request, "cases/home.html", {"home": home})


@audience(Audience.SIGNED_IN)
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force, as a page that stands alone; it can be printed and sent."""
    page = show(current_pack())
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return HttpResponse(page, headers={"Content-Security-Policy": POLICY_PAGE.format(digest)})


@audience(Audience.PUBLIC)
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How far everybody can use these pages."""
    return render(request, "web/accessibility.html")


@audience(Audience.PUBLIC)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is done with what somebody writes in a referral."""
    return render(request, "web/privacy.html", {"pack": current_pack()})


@audience(Audience.PUBLIC)
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """Which cookies are set, and what for."""
    named = {"session": settings.SESSION_COOKIE_NAME, "forgery": settings.CSRF_COOKIE_NAME}
    return render(request, "web/cookies.html", named)
