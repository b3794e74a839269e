"""One page of a form: what was typed is kept, and leads on or says what is wrong."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from handrail.access.views.people import person_of
from handrail.cases.drafts.filling import Filling, Keeping
from handrail.cases.engine.record import Record
from handrail.cases.forms.answered import Answered
from handrail.cases.forms.choices import forces_of_posts
from handrail.cases.models import Draft
from handrail.cases.person.beforehand import Beforehand
from handrail.cases.person.views.beforehand import beforehand
from handrail.organisations.duty import on_duty_in
from handrail.organisations.models import Person
from handrail.policy.schema.form import Meaning, Section
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.drafts import drafts_of
from handrail.sign_in import lapsed
from handrail.sign_in.lapsed import SHOWING, TAKES_UP

LEAVE = "leave-typed"
NOT_ASKED = (
    "{} is not asked any more, because another answer was changed, perhaps in another tab. What you typed "
    "there is kept, but it is not sent unless that page is asked again."
)
SENT_BEFORE = (
    "This form was sent or discarded before, perhaps in another tab. What you typed last was not added to it."
)


class Way(Protocol):
    """How a draft's pages are reached: by somebody signed in, or by the public form."""

    def section(self, draft: Draft, section: str) -> str: ...
    def check(self, draft: Draft) -> str: ...
    def later(self, draft: Draft) -> str: ...
    def done(self, draft: Draft) -> str: ...


def load_target(draft: Draft, person: Person) -> None:
    """Load the record to which a draft adds, as it stands now for the author of the draft."""
    draft.target = drafts_of(draft.target_kind).target(draft.target_id, person) if draft.target_id else None


def keep_typed(filling: Filling, section_id: str, typed: QueryDict) -> tuple[Section | None, Keeping | None]:
    """Keep what was typed on a page; nothing where the form has no such page, as once a matter has ended."""
    section = filling.any_section(section_id)
    return section, filling.keep(section, typed) if section else None


def told(keeping: Keeping | None) -> JsonResponse:
    """What a page that saves by itself is told; `web/autosave.js` has the sentences."""
    if keeping is Keeping.KEPT:
        return JsonResponse({"saved": f"{timezone.localtime():%H:%M}"})
    return JsonResponse({keeping.name.lower() if keeping else "gone": True}, status=HTTPStatus.CONFLICT)


def section_page(request: HttpRequest, draft: Draft, section_id: str, way: Way) -> HttpResponse:
    """Show or keep one page of a form; a page with mistakes is kept and shown again."""
    if draft.submitted_at:
        return sent_before(request, draft, way)
    filling = Filling(draft)
    if request.method == "POST":
        return _take(request, filling, section_id, way)
    section = filling.section(section_id)
    if section is None:
        return redirect(way.check(draft))
    errors = filling.read([section]).errors if "check" in request.GET else {}
    return _render_section(request, filling, section, errors, way)


def _take(request: HttpRequest, filling: Filling, section_id: str, way: Way) -> HttpResponse:
    """Keep what was sent with a page and lead on; a page with mistakes is shown again."""
    if LEAVE in request.POST:
        _let_go(request)
        return redirect(_as_checked(request, way.section(filling.draft, section_id)))
    section, keeping = keep_typed(filling, section_id, request.POST)
    if keeping is Keeping.KEPT:
        _let_go(request)
    if request.headers.get("X-Autosave"):
        return told(keeping)
    if keeping is Keeping.SENT:
        return sent_before(request, filling.draft, way)
    if section is None or filling.section(section_id) is None:
        return _not_asked(request, filling, section, keeping, way)
    if keeping is Keeping.ELSEWHERE:
        return show_both(request, filling, section, request.POST, way)
    return _lead_on(request, filling, section, way)


def _let_go(request: HttpRequest) -> None:
    """Let go of what was typed on this page before somebody had to sign in again: the draft has it now."""
    if isinstance(request.user, Person):
        lapsed.let_go(request, request.user, request.POST)


def _lead_on(request: HttpRequest, filling: Filling, section: Section, way: Way) -> HttpResponse:
    """Lead on from a page that is kept; where something is wrong on it, show it again."""
    if call := _to_call(filling, section):
        return redirect(_as_checked(request, way.section(filling.draft, call.id)))
    if "later" in request.POST:
        return redirect(way.later(filling.draft))
    errors = filling.read([section]).errors
    if errors:
        return _render_section(request, filling, section, errors, way)
    return redirect(_next(request, filling, section, way))


def _as_checked(request: HttpRequest, address: str) -> str:
    """The address of a page, from which it goes back to the check page where this one does."""
    return f"{address}?check" if "check" in request.GET else address


def _not_asked(
    request: HttpRequest, filling: Filling, section: Section | None, keeping: Keeping | None, way: Way
) -> HttpResponse:
    """What somebody gets who sends a page that is not asked any more: what they typed is not lost.

    The draft has it, where nothing else was kept of that page. Somebody signed in is shown it as well.
    """
    draft = filling.draft
    if draft.person_id:
        lapsed.keep(request, person_of(request))
    elif section and keeping is Keeping.ELSEWHERE:
        return show_both(request, filling, section, request.POST, way)
    if section or draft.person_id:
        say_not_asked(request, section)
    return redirect("sign_in:kept" if draft.person_id else way.check(draft))


def say_not_asked(request: HttpRequest, section: Section | None) -> None:
    messages.warning(request, NOT_ASKED.format(f"“{section.title}”" if section else "The page"))


def show_both(
    request: HttpRequest, filling: Filling, section: Section, typed: QueryDict, way: Way
) -> HttpResponse:
    """Show a page with what was typed on it, not kept yet, beside what another tab has kept meanwhile."""
    saved = filling.saved(section)
    filling.type_in(section, typed)
    takes_up = list(dict.fromkeys([*typed.getlist(TAKES_UP), *typed.getlist(SHOWING)]))
    return _render_section(request, filling, section, {}, way, saved, takes_up)


def sent_before(request: HttpRequest, draft: Draft, way: Way) -> HttpResponse:
    """What a page gets that was open while its form was sent or discarded in another tab: nothing is kept."""
    if request.headers.get("X-Autosave"):
        return JsonResponse({"sent": True}, status=HTTPStatus.CONFLICT)
    if request.method == "POST":
        messages.warning(request, SENT_BEFORE)
    return redirect(way.check(draft))


def _to_call(filling: Filling, section: Section) -> Section | None:
    """The page on calling for help, where this page asks for a threat and the answer states one.

    It comes first: before what is wrong on the page is mended, and before it is left for later.
    """
    if not any(question.means is Meaning.THREAT for question in section.questions):
        return None
    later = filling.after(section)
    return later if later and later.urgent else None


def _next(request: HttpRequest, filling: Filling, section: Section, way: Way) -> str:
    """The next page; back to the answers where only one of them was to be changed."""
    if "check" in request.GET:
        unanswered = [s for s in filling.asked if filling.read([s]).errors]
        if not unanswered:
            return way.check(filling.draft)
        return f"{way.section(filling.draft, unanswered[0].id)}?check"
    later = filling.after(section)
    return way.section(filling.draft, later.id) if later else way.check(filling.draft)


def _render_section(
    request: HttpRequest,
    filling: Filling,
    section: Section,
    errors: dict[str, str],
    way: Way,
    saved_elsewhere: list[Answered] | None = None,
    takes_up: Sequence[str] = (),
) -> HttpResponse:
    """The page of a section; `saved_elsewhere` is what is kept of it and does not stand in its fields.

    `takes_up` names the showings whose text it shows, which may be kept elsewhere until this page is.
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
        "known": known_first(request, filling),
        **(_whom_to_ring(request, filling) if section.urgent else {}),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors and request.method == "POST" else 200
    status = status if saved_elsewhere is None else HTTPStatus.CONFLICT
    return render(request, "pages/section.html", context, status=status)


def known_first(request: HttpRequest, filling: Filling) -> Beforehand | None:
    """What stands beside the case whose form is filled in, for every page of it; None without a case."""
    case = filling.case
    return beforehand(request, Record.of(case), filling.step, short=True) if case else None


def _whom_to_ring(request: HttpRequest, filling: Filling) -> dict[str, object]:
    """Whom somebody signed in rings about a threat: who is on duty in the force of the case, or in theirs."""
    draft = filling.draft
    if draft.person_id is None:
        return {"ring_in": None}
    posts = person_of(request).current_posts
    forces = forces_of_posts(person_of(request)) if posts else []
    force = filling.force or (forces[0] if forces else None)
    in_confidence = kind_of(filling.step).in_confidence or bool(filling.case and filling.case.restricted)
    duties = on_duty_in([force.pk], timezone.now())[force.pk] if force and not in_confidence else []
    return {"ring_in": force, "duties": duties, "in_confidence": in_confidence}
