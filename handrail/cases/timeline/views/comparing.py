"""Page that compares assessments of a case."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience
from handrail.access.inputs import number
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case
from handrail.cases.timeline.comparing import compared
from handrail.cases.timeline.late_assessments import after_the_fact
from handrail.cases.timeline.marking_actions import marking_of_page


@page(Audience.CASE_READERS, logged_as="the assessments of a case beside each other")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING)
def assessments(request: HttpRequest, case: Case, form_id: str) -> HttpResponse:
    """Show every entry of one form, question by question; changed answers first."""
    form = case.pack.form_by_id.get(form_id)
    if form is None:
        raise Http404
    before = number(request.GET.get("before", ""))
    comparison = compared(case, form, person_of(request), before)
    context = {
        "case": case,
        "comparison": comparison,
        "late": after_the_fact(case),
        "marking": marking_of_page(case, comparison.events),
        "latest": before is None,
    }
    return render(request, "timeline/assessments.html", context)
