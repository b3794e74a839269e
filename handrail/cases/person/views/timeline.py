"""Page with the timeline of a person across linked records."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.engine.record import Record
from handrail.cases.loading import AccessLevel, of_case, shown
from handrail.cases.models import Case
from handrail.cases.person.beforehand import Beforehand
from handrail.cases.person.matches.linked import Linked
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.other_referrals import earlier_shown
from handrail.cases.person.timeline import PAGE, PersonTimeline, moments, person_timeline
from handrail.cases.person.views.beforehand import beforehand
from handrail.cases.timeline.marking_actions import marking_of_page
from handrail.govuk.paging import paged


@page(Audience.CASE_READERS, logged_as="what is recorded of a person, across records")
@require_GET
@of_case(AccessLevel.WHOLE, AccessLevel.READING)
def person(request: HttpRequest, case: Case) -> HttpResponse:
    """Show the entries of this record and linked ones as one timeline, in pages."""
    reader = person_of(request)
    beside = RecordsBeside.of(case)
    found, known = person_timeline(case, reader, beside), beforehand(request, Record.of(case), beside=beside)
    looked(request, [other.pk for other in found.read if other != case])
    shown(request, [*found.read, *found.standing])
    listing = paged(range(found.entries), request, size=PAGE)
    is_open = any(other.is_open for other in found.read)
    gaps = found.gaps(case.pack.chronology.gap_days, timezone.localdate(), is_open=is_open)
    shown_now = list(moments(found, reader, gaps, first=(listing.page.number - 1) * PAGE))
    context = {
        "case": case,
        "found": found,
        "known": known,
        "hidden": not_read(found, known),
        "moments": shown_now,
        "marking": marking_of_page(case, [moment.event for moment in shown_now]),
        "gap_days": case.pack.chronology.gap_days,
        "earlier": earlier_shown(request, case, beside=beside),
        "listing": listing,
    }
    return render(request, "person/person.html", context)


def not_read(found: PersonTimeline, known: Beforehand) -> list[Linked]:
    """Return linked records that the user can neither read nor see the status of here."""
    there = {case.pk for case in (*found.read, *found.standing)}
    return [one for one in known.linked if one.record not in there]
