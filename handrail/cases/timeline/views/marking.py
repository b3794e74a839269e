"""Raising the marking of an entry, or of a whole case."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.errors import InvalidAnswers
from handrail.cases.loading import Sight, of_case
from handrail.cases.models import Case
from handrail.cases.models.marking import WHOLE
from handrail.cases.timeline import marking as acts
from handrail.govuk.fields import Field, Option
from handrail.ledger.models import Entry

WRONG = 422
REASON_LENGTH = 1000


@page(Audience.CASE_READERS, logged_as="the marking of a case or an entry")
@require_http_methods(["GET", "POST"])
@of_case(Sight.WHOLE)
def marking(request: HttpRequest, case: Case, number: int = WHOLE) -> HttpResponse:
    """How an entry, or a whole case, is marked, and marking it higher."""
    try:
        now = acts.marking_of(case, number)
    except Entry.DoesNotExist:
        raise Http404 from None
    person = person_of(request)
    typed = {name: [request.POST.get(name, "").replace("\x00", "")] for name in ("marking", "reason")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _wrong(typed)
        try:
            if not errors:
                said = typed["marking"][0], typed["reason"][0].strip()[:REASON_LENGTH]
                acts.raise_marking(case.pk, number, said[0], by=person, reason=said[1])
                messages.success(request, "It is marked higher now.")
                return redirect("cases:entry", case.pk, number) if number else redirect("cases:case", case.pk)
        except InvalidAnswers as invalid:
            errors = invalid.errors
    offered = acts.raisable(case, now, person)
    context = {
        "case": case,
        "number": number,
        "now": now,
        "offered": offered,
        "raised": list(acts.raised_on(case, number)),
        "errors": errors,
        "fields": [
            Field(
                "radios",
                "marking",
                "Mark it",
                options=[Option(m.id, m.title, hint=m.handling) for m in offered],
                values=typed,
                errors=errors,
            ),
            Field("long-text", "reason", "Why?", values=typed, errors=errors, max_length=REASON_LENGTH),
        ],
    }
    return render(request, "timeline/marking.html", context, status=WRONG if errors else 200)


def _wrong(typed: dict[str, list[str]]) -> dict[str, str]:
    missing = {"marking": "Select a marking that is higher than now", "reason": "Say why it is marked higher"}
    return {name: message for name, message in missing.items() if not typed[name][0].strip()}
