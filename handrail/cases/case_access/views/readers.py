"""Who looked at a case, for its owner and for those who answer for it and work on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience, audience
from handrail.access.log import EVERY_VERB, readings_of
from handrail.access.models import Verb
from handrail.access.views.people import person_of
from handrail.cases.loading import Sight, of_case
from handrail.cases.models import Case
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person

PAGE = 50
LAST = 200  # pages that are turned; an auditor searches the log itself for more
OPENED = tuple(verb for verb in EVERY_VERB if verb != Verb.LISTED)


def may_ask(case: Case, person: Person) -> bool:
    """Whether somebody who works on a case is told who looked at it: its owner, and who reviews openings."""
    return case.owner_id == person.pk or person.may(Capability.REVIEW_OPENINGS)


@audience(Audience.CASE_READERS)
@require_GET
@of_case(Sight.WHOLE)
def readers(request: HttpRequest, case: Case) -> HttpResponse:
    """Who looked at a case, the newest first; on request also where it stood in a list."""
    if not may_ask(case, person_of(request)):
        raise Http404
    lists = request.GET.get("lists") == "yes"
    asked = request.GET.get("page", "")
    number = min(max(int(asked), 1), LAST) if asked.isascii() and asked.isdecimal() else 1
    verbs = EVERY_VERB if lists else OPENED
    lines = readings_of(case.pk, verbs, first=(number - 1) * PAGE, many=PAGE + 1)
    context = {
        "case": case,
        "lines": lines[:PAGE],
        "more": len(lines) > PAGE,
        "number": number,
        "lists": lists,
    }
    return render(request, "case_access/readers.html", context)
