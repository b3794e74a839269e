"""The pages of the shell."""

from base64 import b64encode
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.access.audience import Audience
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.loading import shown
from handrail.cases.packs import current_pack, known_packs
from handrail.cases.pages.home import home_of
from handrail.policy.diff import differences
from handrail.policy.diff_page import diff_page
from handrail.policy.schema.pack import Pack
from handrail.policy.show import show

# The page holds its own style, known by its digest. Nothing else in it is let do anything.
POLICY_PAGE = "default-src 'none'; style-src 'sha256-{}'; img-src data:; frame-ancestors 'none'; sandbox"


@page(Audience.PUBLIC)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """The front door: make a referral, come back to one, or sign in."""
    return render(request, "web/start.html")


@page(Audience.SIGNED_IN, logged_as="home", menu=Menu("Home", 0))
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What needs this person."""
    home = home_of(person_of(request))
    shown(request, home.cases)
    return render(request, "pages/home.html", {"home": home})


@page(Audience.SIGNED_IN)
@require_safe
def policy(request: HttpRequest, pack_id: str = "") -> HttpResponse:
    """The policy for new cases, or another one, as a page that stands alone; it can be printed and sent."""
    return standing_alone(show(called(pack_id) if pack_id else current_pack()))


@page(Audience.SIGNED_IN)
@require_safe
def policy_changes(request: HttpRequest, older: str, newer: str) -> HttpResponse:
    """What changes from one policy to another, as such a page."""
    before, after = called(older), called(newer)
    return standing_alone(diff_page(before, after, differences(before, after)))


def called(pack_id: str) -> Pack:
    """The policy with this id. Raises Http404 when there is none."""
    found = next((known for known in known_packs() if known.id == pack_id), None)
    if found is None:
        raise Http404
    return found


def standing_alone(page: str) -> HttpResponse:
    """A page with its own style and nothing else."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return HttpResponse(page, headers={"Content-Security-Policy": POLICY_PAGE.format(digest)})


@page(Audience.PUBLIC)
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How far everybody can use these pages."""
    return render(request, "web/accessibility.html")


@page(Audience.PUBLIC)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is done with what somebody writes in a referral."""
    return render(request, "web/privacy.html", {"pack": current_pack()})


@page(Audience.PUBLIC)
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """Which cookies are set, and what for."""
    names = {
        "session": settings.SESSION_COOKIE_NAME,
        "token": settings.CSRF_COOKIE_NAME,
        "device": settings.DEVICE_COOKIE_NAME,
    }
    return render(request, "web/cookies.html", {"names": names})
