"""Page that lists who looked at a case."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience
from handrail.access.log import EVERY_VERB, LinesAbout
from handrail.access.models import Verb
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case
from handrail.govuk.paging import paged
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person

PAGE = 50
LAST = 10_000  # lines counted and paged at most; beyond them an auditor searches the log itself
OPENED = tuple(verb for verb in EVERY_VERB if verb != Verb.LISTED)


def may_ask(case: Case, person: Person) -> bool:
    """Return whether a person may see who looked at the case: its owner, or a reviewer who works on it."""
    return not case.only_to_read and (case.owner_id == person.pk or person.may(Capability.REVIEW_OPENINGS))


@page(Audience.CASE_READERS, logged_as="who looked at a case")
@require_GET
@of_case(AccessLevel.WHOLE)
def readers(request: HttpRequest, case: Case) -> HttpResponse:
    """List who looked at a case, the newest first; with `?lists=yes` also appearances in lists."""
    if not may_ask(case, person_of(request)):
        raise Http404
    lists = request.GET.get("lists") == "yes"
    lines = LinesAbout(case.pk, EVERY_VERB if lists else OPENED, LAST)
    listing = paged(lines, request, {"lists": "yes" if lists else ""}, size=PAGE, most=LAST)
    return render(request, "case_access/readers.html", {"case": case, "listing": listing, "lists": lists})
