"""One page of a form: what was typed is kept, and leads on or says what is wrong."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from handrail.access.views.people import person_of
from handrail.cases.drafts.filling import Filling, Saved
from handrail.cases.intake.sent_to import said_of
from handrail.cases.pages.sending import SEND, Unsent, Way, send, sent_before
from handrail.cases.person.beforehand import Beforehand
from handrail.cases.person.search_terms import search_terms
from handrail.cases.person.views.beforehand import beforehand
from handrail.cases.timeline.entries import as_events, entries_of, since
from handrail.cases.timeline.marking_actions import marking_of_page, markings_for
from handrail.cases.timeline.overview import newest_of_each_step
from handrail.forms.answered import Answered
from handrail.organisations.duty import on_duty_in
from handrail.organisations.models import Person
from handrail.organisations.reach import forces_of_posts
from handrail.policy.schema.form import Meaning, Section
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.drafts import Draft
from handrail.sign_in import lapsed
from handrail.sign_in.lapsed import SHOWING, TAKES_UP

LEAVE = "leave-typed"
NOT_ASKED = (
    "{} is not asked any more, because another answer was changed, perhaps in another tab. What you typed "
    "there is kept, but it is not sent unless that page is asked again."
)


def save_typed(filling: Filling, section_id: str, typed: QueryDict) -> tuple[Section | None, Saved | None]:
    """Save what was typed on a page, and return its section and the outcome.

    Both are None where the form has no such page, as once a register entry has ended.
    """
    section = filling.any_section(section_id)
    return section, filling.save_page(section, typed) if section else None


def autosave_response(saved: Saved | None) -> JsonResponse:
    """Return the answer to a page that saves by itself; `web/autosave.js` has the sentences."""
    if saved is Saved.KEPT:
        return JsonResponse({"saved": f"{timezone.localtime():%H:%M}"})
    return JsonResponse({saved.name.lower() if saved else "gone": True}, status=HTTPStatus.CONFLICT)


def section_page(request: HttpRequest, draft: Draft, section_id: str, way: Way) -> HttpResponse:
    """Show or save one page of a form; a page with errors is saved and shown again."""
    if draft.submitted_at:
        return sent_before(request, draft, way)
    filling = Filling(draft)
    if request.method == "POST":
        return _save(request, filling, section_id, way)
    section = filling.section(section_id)
    if section is None:
        return redirect(way.check(draft))
    errors = filling.read([section]).errors if "check" in request.GET else {}
    return render_section(request, filling, section, errors, way)


def _save(request: HttpRequest, filling: Filling, section_id: str, way: Way) -> HttpResponse:
    """Save a posted page and go to the next; a page with errors is shown again."""
    if LEAVE in request.POST:
        _drop_kept_copy(request)
        return redirect(_as_checked(request, way.section(filling.draft, section_id)))
    section, saved = save_typed(filling, section_id, request.POST)
    if saved is Saved.KEPT:
        _drop_kept_copy(request)
    if request.headers.get("X-Autosave"):
        return autosave_response(saved)
    if saved is Saved.SENT:
        return sent_before(request, filling.draft, way)
    if section is None or filling.section(section_id) is None:
        return _not_asked(request, filling, section, saved, way)
    if saved is Saved.ELSEWHERE:
        return show_both(request, filling, section, request.POST, way)
    return _go_on(request, filling, section, way)


def _drop_kept_copy(request: HttpRequest) -> None:
    """Delete the copy of this page's input kept from an ended session: the draft has it now."""
    if isinstance(request.user, Person):
        lapsed.let_go(request, request.user, request.POST)


def _go_on(request: HttpRequest, filling: Filling, section: Section, way: Way) -> HttpResponse:
    """Go to the page after one that is saved; show the page again where it has errors."""
    if call := _call_for_help(filling, section):
        return redirect(_as_checked(request, way.section(filling.draft, call.id)))
    if "later" in request.POST:
        return redirect(way.later(filling.draft))
    errors = filling.read([section]).errors
    if errors:
        return render_section(request, filling, section, errors, way)
    if SEND in request.POST and filling.is_one_page:
        return send_page(request, filling, section, way)
    return redirect(_next(request, filling, section, way))


def send_page(request: HttpRequest, filling: Filling, section: Section, way: Way) -> HttpResponse:
    """Send a form from its only page; show the page again where the act is refused."""
    outcome = send(request, filling, way)
    if not isinstance(outcome, Unsent):
        return outcome
    return render_section(request, filling, section, filling.read([section]).errors, way, unsent=outcome)


def _as_checked(request: HttpRequest, address: str) -> str:
    """Return an address with `?check` where this page has it, so that it leads back to the check page."""
    return f"{address}?check" if "check" in request.GET else address


def _not_asked(
    request: HttpRequest, filling: Filling, section: Section | None, saved: Saved | None, way: Way
) -> HttpResponse:
    """Answer a post of a page that is no longer asked, without losing what was typed.

    Input is saved in the draft unless another tab saved that page. A signed-in user is shown it as well.
    """
    draft = filling.draft
    if draft.person_id:
        lapsed.remember_sent(request, person_of(request))
    elif section and saved is Saved.ELSEWHERE:
        return show_both(request, filling, section, request.POST, way)
    if section or draft.person_id:
        say_not_asked(request, section)
    return redirect("sign_in:kept" if draft.person_id else way.check(draft))


def say_not_asked(request: HttpRequest, section: Section | None) -> None:
    messages.warning(request, NOT_ASKED.format(f"“{section.title}”" if section else "The page"))


def show_both(
    request: HttpRequest, filling: Filling, section: Section, typed: QueryDict, way: Way
) -> HttpResponse:
    """Show a page with its unsaved input beside what another tab has saved meanwhile."""
    saved = filling.saved(section)
    filling.type_in(section, typed)
    takes_up = list(dict.fromkeys([*typed.getlist(TAKES_UP), *typed.getlist(SHOWING)]))
    return render_section(request, filling, section, {}, way, saved, takes_up)


def _call_for_help(filling: Filling, section: Section) -> Section | None:
    """Return the page on calling for help, where this page asks about a threat and the answer states one.

    That page comes first: before errors on this page are mended, and before the form is left for later.
    """
    if not any(question.means is Meaning.THREAT for question in section.questions):
        return None
    later = filling.after(section)
    return later if later and later.urgent else None


def _next(request: HttpRequest, filling: Filling, section: Section, way: Way) -> str:
    """Return the address of the next page; the check page's where only one answer was to be changed."""
    if "check" in request.GET:
        unanswered = [s for s in filling.asked if filling.read([s]).errors]
        if not unanswered:
            return way.check(filling.draft)
        return f"{way.section(filling.draft, unanswered[0].id)}?check"
    later = filling.after(section)
    return way.section(filling.draft, later.id) if later else way.check(filling.draft)


def render_section(
    request: HttpRequest,
    filling: Filling,
    section: Section,
    errors: dict[str, str],
    way: Way,
    saved_elsewhere: list[Answered] | None = None,
    takes_up: Sequence[str] = (),
    unsent: Unsent | None = None,
) -> HttpResponse:
    """Render the page of a section; `saved_elsewhere` is saved input that is not in its fields.

    `takes_up` names the page views whose input is shown, and is kept elsewhere until this page is saved.
    """
    before = filling.before(section)
    back = way.section(filling.draft, before.id) if before else way.later(filling.draft)
    context = {
        "filling": filling,
        "draft": filling.draft,
        "step": filling.step,
        "section": section,
        "fields": filling.fields(section, errors),
        "errors": errors,
        "place": filling.place(section),
        "places": len(filling.asked),
        "back": way.check(filling.draft) if "check" in request.GET else back,
        "check": way.check(filling.draft),
        "showing": filling.showing(section),
        "saved_elsewhere": saved_elsewhere,
        "takes_up": [(TAKES_UP, showing) for showing in takes_up],
        "here": _as_checked(request, way.section(filling.draft, section.id)),
        **_read_first(request, filling),
        **(_duties_to_ring(request, filling) if section.urgent else {}),
        **(_to_send(request, filling, unsent) if filling.is_one_page else {}),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors and request.method == "POST" else 200
    status = status if saved_elsewhere is None else HTTPStatus.CONFLICT
    template = "pages/short-step.html" if filling.is_one_page else "pages/section.html"
    return render(request, template, context, status=unsent.status if unsent else status)


def _to_send(request: HttpRequest, filling: Filling, unsent: Unsent | None) -> dict[str, Any]:
    """Return what the page of a short step shows beside its questions: what it sends, and what is new."""
    draft, person = filling.draft, person_of(request)
    return {
        "problem": unsent.problem if unsent else "",
        "form": draft.pack.form_of(filling.step),
        "news": since(draft.target, draft.seen_version, person),
        "markings": markings_for(draft, person),
        "chosen": request.POST.get("marking", ""),
        "sends": said_of(draft.target, draft.pack, filling.step),
    }


def known_first(request: HttpRequest, filling: Filling) -> Beforehand | None:
    """Return what is known of the form's case, shown before the form is sent; None without a case."""
    record = filling.record
    return beforehand(request, record, filling.step, short=True) if record else None


def _read_first(request: HttpRequest, filling: Filling) -> dict[str, object]:
    """Return what is read beside a form on a case: linked records, the referral, and earlier entries."""
    record = filling.record
    if record is None:
        return {"known": None}
    case, entries, short = record.case, entries_of(record.case), not filling.is_one_page
    events = as_events(case, entries, person_of(request))
    form = filling.draft.pack.form_of(filling.step)
    return {
        "search_terms": search_terms(case, person_of(request)) if form and form.searches else None,
        "known": beforehand(request, record, filling.step, entries=entries, events=events, short=short),
        "reading": newest_of_each_step(case, entries, events),
        "marking": marking_of_page(case, events),
    }


def _duties_to_ring(request: HttpRequest, filling: Filling) -> dict[str, object]:
    """Return the users on duty to ring about a threat, in the force of the case, or else of the user."""
    draft = filling.draft
    if draft.person_id is None:
        return {"ring_in": None}
    posts = person_of(request).current_posts
    forces = forces_of_posts(person_of(request)) if posts else []
    force = filling.force or (forces[0] if forces else None)
    in_confidence = kind_of(filling.step).in_confidence or bool(filling.case and filling.case.restricted)
    duties = on_duty_in([force.pk], timezone.now())[force.pk] if force and not in_confidence else []
    return {"ring_in": force, "duties": duties, "in_confidence": in_confidence}
