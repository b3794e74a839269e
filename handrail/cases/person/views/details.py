"""Page with all details of the subject: sources, and steps that correct a detail."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.engine.subject_details import SETTLING
from handrail.cases.loading import AccessLevel, of_case, shown
from handrail.cases.models import Case
from handrail.cases.person.details_shown import PAGE, Known, adding, in_words, marking_of, right_first
from handrail.govuk.paging import paged
from handrail.records.drafts import Draft
from handrail.subjects.models import Detail


@page(Audience.CASE_READERS, logged_as="whom a case is about")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING)
def identity(request: HttpRequest, case: Case) -> HttpResponse:
    """List all details of the subject, in pages."""
    listing = paged(right_first(case, person_of(request)), request, size=PAGE)
    known = known_shown(request, case, listing.rows, settles=not case.only_to_read)
    steps = [] if case.only_to_read else adding(case, person_of(request))
    context = {
        "case": case,
        "known": known,
        "steps": steps,
        "marking": marking_of([one.detail for one in known], case),
        "listing": listing,
    }
    return render(request, "person/identity.html", context)


def known_shown(
    request: HttpRequest, case: Case, details: Sequence[Detail], *, settles: bool = False
) -> list[Known]:
    """Return details in words, and log each related case that is named."""
    known = in_words(case, details, person_of(request), settles=settles)
    shown(request, [one.other for one in known if one.other])
    return known


def choose(draft: Draft, kind: str) -> None:
    """Preselect, in a draft without answers yet, the kind of detail that the user came from."""
    form = draft.pack.form_of(draft.pack.step_by_id[draft.step_id])
    asked = next(filter(None, map(form.meaning, SETTLING)), None) if form and kind else None
    if asked and not draft.typed:
        draft.typed = {asked.id: [kind[:60]]}
        draft.save(update_fields=["typed", "updated_at"])
