"""The page that shows what a newer policy changes for a case, and moves the case to it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.inputs import number
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.engine.record import Record
from handrail.cases.errors import NotNow, Stale
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case
from handrail.cases.steps import policy_change
from handrail.forms.sheet import Sheet, reason
from handrail.policy.policy_change import effect, obstacle
from handrail.policy.schema.pack import Pack

WHY = (reason("Why is it moved?", "Say why the case is moved to the newer policy"),)


@page(Audience.CASE_READERS, logged_as="moving a case to a newer policy")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def move(request: HttpRequest, case: Case, pack_id: str) -> HttpResponse:
    """Show what a newer policy changes for this case: its stage, deadlines and questions; POST moves it."""
    person = person_of(request)
    newer = next((pack for pack in policy_change.newer_packs(case) if pack.id == pack_id), None)
    if newer is None:
        raise Http404
    if not policy_change.may_move(case, person):
        raise PermissionDenied
    sheet = Sheet(WHY, case.pack).sent(request)
    if sheet.is_right():
        return moved(request, case, newer, sheet.answer("reason"))
    record, today = Record.of(case), timezone.localdate()
    why_not = obstacle(record.pack, newer, record.position, today)
    context = {
        "case": case,
        "newer": newer,
        "errors": sheet.errors,
        "fields": sheet.fields,
        "why_not": why_not,
        "effect": None if why_not else effect(record.pack, newer, record.position, today),
    }
    return render(request, "pages/move.html", context, status=sheet.status)


def moved(request: HttpRequest, case: Case, newer: Pack, reason: str) -> HttpResponse:
    """Move the case at the version that the page showed; show the page again where it has changed since."""
    version = number(request.POST.get("version", "")) or 0
    try:
        policy_change.move_to_policy(
            case.pk, newer.id, by=person_of(request), seen_version=version, reason=reason
        )
    except (NotNow, Stale) as refused:
        messages.error(request, f"The case was not moved. {refused.reason}")
        return redirect("cases:move", case.pk, newer.id)
    messages.success(request, f"The case is under “{newer.title}” now.")
    return redirect("cases:case", case.pk)
