"""Page of the person search. The search terms are sent in the body, never in the URL."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.models import Verb
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.loading import shown
from handrail.cases.person.search import MANY, QUESTIONS, TOO_LITTLE, seek
from handrail.forms.sheet import Sheet
from handrail.records.packs import current_pack


@page(Audience.SEEKERS, logged_as="the search for a person")
@require_http_methods(["GET", "POST"])
def find_person(request: HttpRequest) -> HttpResponse:
    """Ask what is known of a person, and show matches: compared where visible, a pointer elsewhere."""
    sheet, result = Sheet(QUESTIONS, current_pack()).sent(request), None
    typed = {question.id: sheet.answer(question.id) for question in QUESTIONS}
    if sheet.is_right() and not any(typed.values()):
        sheet.errors["name"] = TOO_LITTLE
    elif sheet.is_right():
        result = seek(typed, timezone.localdate(), by=person_of(request))
        cases = [one.case for one in (*result.seen, *result.unlike)]
        shown(request, cases, Verb.SEARCHED, sought=" ".join(filter(None, typed.values())))
    context = {"sheet": sheet, "result": result, "most_counted": MANY}
    return render(request, "person/find-person.html", context, status=sheet.status)
