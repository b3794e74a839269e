"""Page that raises the marking of an entry or a case."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.errors import InvalidAnswers
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case
from handrail.cases.models.marking import WHOLE
from handrail.cases.timeline import marking_actions as acts
from handrail.forms.sheet import Sheet, choice, reason
from handrail.ledger.models import Entry
from handrail.policy.schema.form import Kind, Question

QUESTIONS = (
    Question(
        id="marking",
        kind=Kind.CHOICE,
        label="Mark it",
        missing="Select a marking that is higher than now",
    ),
    reason("Why?", "Say why it is marked higher"),
)


@page(Audience.CASE_READERS, logged_as="the marking of a case or an entry")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def marking(request: HttpRequest, case: Case, number: int = WHOLE) -> HttpResponse:
    """Show the marking of an entry, or of the case for number 0; POST raises it."""
    try:
        now = acts.marking_of(case, number)
    except Entry.DoesNotExist:
        raise Http404 from None
    person = person_of(request)
    offered = acts.raisable(case, now, person)
    higher = [choice(one.id, one.title, one.handling) for one in offered]
    sheet = Sheet(QUESTIONS, choices={"marking": higher}).sent(request)
    if sheet.is_right():
        try:
            given = sheet.answer("marking"), sheet.answer("reason")
            acts.raise_marking(case.pk, number, given[0], by=person, reason=given[1])
            messages.success(request, "It is marked higher now.")
            return redirect("cases:entry", case.pk, number) if number else redirect("cases:case", case.pk)
        except InvalidAnswers as invalid:
            sheet.errors |= invalid.errors
    context = {
        "case": case,
        "number": number,
        "now": now,
        "offered": offered,
        "raised": list(acts.raised_on(case, number)),
        "sheet": sheet,
    }
    return render(request, "timeline/marking.html", context, status=sheet.status)
