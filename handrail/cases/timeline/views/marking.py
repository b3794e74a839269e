"""Pages that raise the marking of an entry or a record."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.errors import InvalidAnswers
from handrail.cases.loading import AccessLevel, of_case, of_record
from handrail.cases.models import Case
from handrail.cases.timeline import marking_actions as acts
from handrail.forms.sheet import Sheet, choice, reason
from handrail.ledger.models import Entry
from handrail.policy.schema.form import Kind, Question
from handrail.records.kinds import Recorded, kind_of
from handrail.records.marking import WHOLE

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
    back = ("cases:entry", [case.pk, number]) if number else ("cases:case", [case.pk])
    return raising(request, case, number, reverse(back[0], args=back[1]))


@page(Audience.SIGNED_IN, logged_as="the marking of a record or an entry")
@require_http_methods(["GET", "POST"])
@of_record(to_change=True)
def record_marking(request: HttpRequest, record: Recorded, number: int = WHOLE) -> HttpResponse:
    """Show the marking of an entry, or of the record for number 0; POST raises it."""
    return raising(request, record, number, kind_of(record).address(record.pk))


def raising(request: HttpRequest, record: Recorded, number: int, back: str) -> HttpResponse:
    """Show the form that raises a marking, or raise it and return to `back`. 404 without such an entry."""
    try:
        now = acts.marking_of(record, number)
    except Entry.DoesNotExist:
        raise Http404 from None
    person = person_of(request)
    offered = acts.raisable(record, now, person)
    higher = [choice(one.id, one.title, one.handling) for one in offered]
    sheet = Sheet(QUESTIONS, choices={"marking": higher}).sent(request)
    if sheet.is_right():
        try:
            given = sheet.answer("marking"), sheet.answer("reason")
            acts.raise_marking(record, number, given[0], by=person, reason=given[1])
            messages.success(request, "The marking has been raised.")
            return redirect(back)
        except InvalidAnswers as invalid:
            sheet.errors |= invalid.errors
    context = {
        "record": record,
        "kind": kind_of(record).label.lower(),
        "back": back,
        "number": number,
        "now": now,
        "offered": offered,
        "raised": list(acts.raised_on(record, number)),
        "sheet": sheet,
    }
    return render(request, "timeline/marking.html", context, status=sheet.status)
