"""Page with all details of the subject: sources, and steps that correct a detail."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.case_access.open_steps import OpenSteps
from handrail.cases.engine.record import Record
from handrail.cases.engine.subject_details import SETTLING
from handrail.cases.intake.referring import may_refer
from handrail.cases.loading import AccessLevel, of_case, shown
from handrail.cases.models import Case
from handrail.cases.person.details_shown import (
    PAGE,
    Known,
    adding,
    as_known,
    marking_of,
    right_first,
    settling,
)
from handrail.govuk.paging import paged
from handrail.policy.schema.step import Step
from handrail.records.drafts import Draft
from handrail.subjects.models import Detail


@page(Audience.CASE_READERS, logged_as="whom a case is about")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING)
def identity(request: HttpRequest, case: Case) -> HttpResponse:
    """List all details of the subject, in pages."""
    listing = paged(right_first(case, person_of(request)), request, size=PAGE)
    person, works = person_of(request), not case.only_to_read
    open_steps = OpenSteps(Record.of(case), person, timezone.localdate())
    known = known_shown(request, case, listing.rows, settled_by=settling(open_steps) if works else ())
    context = {
        "case": case,
        "known": known,
        "steps": adding(open_steps) if works else [],
        "may_refer": works and case.is_open and may_refer(person),
        "marking": marking_of([one.detail for one in known], case),
        "listing": listing,
    }
    return render(request, "person/identity.html", context)


def known_shown(
    request: HttpRequest, case: Case, details: Sequence[Detail], *, settled_by: Sequence[Step] = ()
) -> list[Known]:
    """Return details in words, and log each related case that is named."""
    known = as_known(case, details, person_of(request), settled_by=settled_by)
    shown(request, [one.other for one in known if one.other])
    return known


def choose(draft: Draft, kind: str) -> None:
    """Preselect, in a draft without answers yet and unsaved, the kind of detail that the user came from."""
    form = draft.pack.form_of(draft.pack.step_by_id[draft.step_id])
    asked = next(filter(None, map(form.meaning, SETTLING)), None) if form and kind else None
    if asked and not draft.typed:
        draft.typed = {asked.id: [kind[:60]]}
