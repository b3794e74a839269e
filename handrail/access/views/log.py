"""The page of the log of reads, for auditors. Each use of the page is itself a line in the log."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.log import as_lines, found
from handrail.access.log_forms import search_log
from handrail.access.models import Verb
from handrail.access.pages import Menu, page
from handrail.access.reading import looked
from handrail.govuk.paging import paged

PAGE = 50
LAST = 10_000  # most lines that are counted and paged; a narrower search reaches the rest
SPAN = timedelta(days=30)


@page(Audience.AUDITORS, logged_as="the log of reads", menu=Menu("Log of reads", 70))
@require_http_methods(["GET", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """Ask for the purpose, then show matching lines; search words come by POST, never in an address."""
    today = timezone.localdate()
    sheet = search_log(today - SPAN, today).sent(request)
    if not sheet.is_right():
        return render(request, "access/log.html", {"sheet": sheet}, status=sheet.status)
    searched = [sheet.record] if sheet.record else []
    looked(request, searched, Verb.SEARCHED, reason=sheet.reason, sought=sheet.search.words)
    listing = paged(found(sheet.search), request, sheet.typed, size=PAGE, most=LAST)
    context = {"sheet": sheet, "listing": listing, "lines": as_lines(listing.rows)}
    return render(request, "access/log.html", context)
