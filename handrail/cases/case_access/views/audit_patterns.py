"""Page for auditors: patterns in the log of reads."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.log_forms import look_for_patterns
from handrail.access.models import Verb
from handrail.access.pages import Menu, page
from handrail.access.reading import looked
from handrail.cases.case_access.audit_patterns import THRESHOLDS
from handrail.cases.case_access.audit_patterns import patterns as found_patterns

WEEK = timedelta(days=7)


@page(Audience.AUDITORS, logged_as="the patterns worth a look", menu=Menu("Patterns", 71))
@require_http_methods(["GET", "POST"])
def patterns(request: HttpRequest) -> HttpResponse:
    """Ask for a purpose and a period of at most a month, then list the patterns found."""
    today = timezone.localdate()
    sheet = look_for_patterns(today - WEEK, today).sent(request)
    if not sheet.is_right():
        context = {"sheet": sheet, "thresholds": THRESHOLDS}
        return render(request, "case_access/patterns.html", context, status=sheet.status)
    looked(request, [], Verb.SEARCHED, reason=sheet.reason)
    since, until = (
        timezone.make_aware(datetime.combine(day, time.min))
        for day in (sheet.since, sheet.until + timedelta(days=1))
    )
    context = {"sheet": sheet, "thresholds": THRESHOLDS, "found": found_patterns(since, until)}
    return render(request, "case_access/patterns.html", context)
