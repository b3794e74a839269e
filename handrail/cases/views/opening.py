"""Asking why, before a case outside one's caseload is shown."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience, audience
from handrail.cases.errors import NotAllowed
from handrail.cases.opening import LASTS, open_with_reason
from handrail.cases.views.people import person_of
from handrail.cases.views.sight import Sight, sight_of, visible_case

WRONG = 422


@audience(Audience.CASE_READERS)
@require_http_methods(["GET", "POST"])
def open_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where a case stands, and the question why somebody who oversees it needs to read it."""
    case = visible_case(request, case_id)
    person = person_of(request)
    if sight_of(case, person) is not Sight.STANDING:
        return redirect("cases:case", case.pk)
    case.subject = None
    reason, errors = request.POST.get("reason", "").replace("\x00", "").strip(), {}
    if request.method == "POST":
        try:
            if reason:
                open_with_reason(case, by=person, reason=reason)
                return redirect("cases:case", case.pk)
            errors = {"reason": "Say why you need to read this case"}
        except NotAllowed as refused:
            errors = {"reason": refused.reason}
    context = {"case": case, "reason": reason, "errors": errors, "hours": int(LASTS.total_seconds() // 3600)}
    return render(request, "cases/open.html", context, status=WRONG if errors else 200)
