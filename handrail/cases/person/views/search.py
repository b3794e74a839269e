"""Looking for a person by anything that is known of them. It is sent in the body, never in an address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience, audience
from handrail.access.models import Verb
from handrail.access.views.people import person_of
from handrail.cases.forms.sheets import Sheet, posted
from handrail.cases.loading import shown
from handrail.cases.packs import current_pack
from handrail.cases.person.search import MANY, QUESTIONS, TOO_LITTLE, seek

WRONG = 422


@audience(Audience.SEEKERS)
@require_http_methods(["GET", "POST"])
def find_person(request: HttpRequest) -> HttpResponse:
    """What to look for, and who was found: compared where they may be seen, pointed to elsewhere."""
    sheet, result, status = Sheet(current_pack(), QUESTIONS), None, 200
    if request.method == "POST":
        sheet, status = posted(request, sheet), WRONG
        typed = {question.id: sheet.answer(question.id) for question in QUESTIONS}
        if sheet.is_right() and not any(typed.values()):
            sheet.errors["name"] = TOO_LITTLE
        if not sheet.errors:
            result, status = seek(typed, timezone.localdate(), by=person_of(request)), 200
            cases = [one.case for one in (*result.seen, *result.unlike)]
            shown(request, cases, Verb.SEARCHED, sought=" ".join(filter(None, typed.values())))
    context = {"sheet": sheet, "result": result, "most_counted": MANY}
    return render(request, "person/find-person.html", context, status=status)
