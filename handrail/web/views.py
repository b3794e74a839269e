"""Pages of the layout: the front page, the home page, policies, and information about the service."""

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
from handrail.cases.pages.home import home_of
from handrail.policy.diff import differences
from handrail.policy.diff_page import diff_page
from handrail.policy.schema.pack import Pack
from handrail.policy.show import show
from handrail.records.packs import current_pack, known_packs

# Content security policy of a policy page: only its own inline style, named by digest, may load.
POLICY_PAGE = "default-src 'none'; style-src 'sha256-{}'; img-src data:; frame-ancestors 'none'; sandbox"


@page(Audience.PUBLIC)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the front page: make a referral, return to one, or sign in."""
    return render(request, "web/start.html")


@page(Audience.SIGNED_IN, logged_as="home", menu=Menu("Home", 0))
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page: the work that waits for the user."""
    home = home_of(person_of(request))
    shown(request, home.cases)
    return render(request, "pages/home.html", {"home": home})


@page(Audience.SIGNED_IN)
@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """Show the pages that the user's menu has no room for."""
    return render(request, "web/more.html")


@page(Audience.SIGNED_IN)
@require_safe
def policy(request: HttpRequest, pack_id: str = "") -> HttpResponse:
    """Show the policy for new cases, or another one, as a page without the layout, fit to print and send."""
    return standing_alone(show(called(pack_id) if pack_id else current_pack()))


@page(Audience.SIGNED_IN)
@require_safe
def policy_changes(request: HttpRequest, older: str, newer: str) -> HttpResponse:
    """Show the changes from one policy to another, as a page without the layout."""
    before, after = called(older), called(newer)
    return standing_alone(diff_page(before, after, differences(before, after)))


def called(pack_id: str) -> Pack:
    """Return the policy with this id. Raises Http404."""
    found = next((known for known in known_packs() if known.id == pack_id), None)
    if found is None:
        raise Http404
    return found


def standing_alone(page: str) -> HttpResponse:
    """Return a page without the layout, whose policy allows only its own inline style."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return HttpResponse(page, headers={"Content-Security-Policy": POLICY_PAGE.format(digest)})


@page(Audience.PUBLIC)
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    return render(request, "web/accessibility.html")


@page(Audience.PUBLIC)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show the privacy notice for referrals."""
    return render(request, "web/privacy.html", {"pack": current_pack()})


@page(Audience.PUBLIC)
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    """Show which cookies are set, and why."""
    names = {
        "session": settings.SESSION_COOKIE_NAME,
        "token": settings.CSRF_COOKIE_NAME,
        "device": settings.DEVICE_COOKIE_NAME,
    }
    return render(request, "web/cookies.html", {"names": names})
