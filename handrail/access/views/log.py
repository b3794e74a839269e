"""The log of reads, for auditors. Every reading of it is a line of its own, with its purpose."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience, audience
from handrail.access.drawn import sent
from handrail.access.log import found, in_words
from handrail.access.log_forms import SearchLog
from handrail.access.models import Verb
from handrail.access.reading import looked
from handrail.govuk.paging import paged

PAGE = 50
LAST = 10_000  # lines that are counted and turned over; what is looked for leads to the rest
SPAN = timedelta(days=30)
WRONG = 422


@audience(Audience.AUDITORS)
@require_http_methods(["GET", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """Ask what for, then search. What is looked for is sent in the body, never in an address."""
    today = timezone.localdate()
    form = SearchLog(sent(request), initial={"since": today - SPAN, "until": today})
    if not form.is_valid():
        return render(request, "access/log.html", {"form": form}, status=WRONG if form.is_bound else 200)
    searched = [form.record] if form.record else []
    looked(request, searched, Verb.SEARCHED, reason=form.reason, sought=form.search.words)
    asked = {
        name: values for name, values in form.typed.items() if name not in {"page", "csrfmiddlewaretoken"}
    }
    listing = paged(found(form.search), request, asked, size=PAGE, most=LAST)
    context = {"form": form, "listing": listing, "lines": in_words(listing.rows)}
    return render(request, "access/log.html", context)
