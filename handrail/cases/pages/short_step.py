"""The page of a short step, at the address where a step begins: its draft is saved once something is sent."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from handrail.access.inputs import identifier
from handrail.access.views.people import person_of
from handrail.cases.drafts.beginning import draft_named, draft_to_show
from handrail.cases.drafts.filling import Filling
from handrail.cases.engine.record import Record
from handrail.cases.models import Case
from handrail.cases.pages.filling import StaffWay, take_up
from handrail.cases.pages.section_page import render_section, section_page, send_page
from handrail.cases.pages.sending import SEND, seen_version
from handrail.cases.person.views.details import choose
from handrail.policy.schema.form import Section
from handrail.policy.schema.step import Step
from handrail.records.drafts import Draft
from handrail.sign_in.lapsed import typed_before

DRAFT = "draft"  # the hidden input with the id of the page's draft, so that it is sent once
NOTHING_ASKED = Section.model_construct(id="nothing", title="Nothing is asked", questions=())


def sent_from(request: HttpRequest, case: Case, step: Step, about: int | None) -> HttpResponse | None:
    """Save or send what the page of a short step posts; None where the request is not from such a page."""
    if DRAFT not in request.POST:
        return None
    filling = Filling(_draft(request.POST[DRAFT], request, case, step, about))
    if filling.asked:
        return section_page(request, filling.draft, filling.asked[0].id, StaffWay())
    if filling.draft.submitted_at:
        return redirect(StaffWay().check(filling.draft))
    if SEND not in request.POST:
        return redirect(StaffWay().later(filling.draft))
    return send_page(request, filling, NOTHING_ASKED, StaffWay())


def page_of(request: HttpRequest, record: Record, step: Step, about: int | None) -> HttpResponse | None:
    """Return the page of a short step, with what was typed before; None for any other step."""
    person, case = person_of(request), record.case
    draft = draft_to_show(person, case, step, about)
    filling = Filling(draft, record=record)
    if not filling.is_one_page:
        return None
    if filling.asked and (typed := typed_before(request, person)):
        kept = _draft(typed.get(DRAFT, ""), request, case, step, about)
        return take_up(request, kept, filling.asked[0].id, typed) or page_of(request, record, step, about)
    choose(draft, request.GET.get("which", ""))
    section = filling.asked[0] if filling.asked else NOTHING_ASKED
    return render_section(request, filling, section, {}, StaffWay())


def _draft(given: str, request: HttpRequest, case: Case, step: Step, about: int | None) -> Draft:
    """Return the user's draft with the id that a page gave, begun where it is new. 404 for any other id."""
    draft_id = identifier(given)
    seen = seen_version(request)
    draft = draft_named(draft_id, person_of(request), case, step, about, seen) if draft_id else None
    if draft is None:
        raise Http404
    return draft
