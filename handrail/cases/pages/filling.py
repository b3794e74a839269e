"""Filling in a form: its pages one after another, the page to check the answers, and sending it."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Protocol
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handrail.access.audience import Audience
from handrail.access.given import given_to
from handrail.access.pages import page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.drafts.filling import Filling, Keeping, digest_of
from handrail.cases.engine.record import Record
from handrail.cases.errors import InvalidAnswers, NotNow, Refused
from handrail.cases.forms.answered import Answered
from handrail.cases.forms.choices import forces_of_posts
from handrail.cases.intake.sent_to import said_of
from handrail.cases.models import Case, Draft
from handrail.cases.person.beforehand import Beforehand
from handrail.cases.person.views.beforehand import beforehand
from handrail.cases.registers.personal import TELLS_SOMEBODY, reminders_of
from handrail.cases.timeline.entries import since
from handrail.cases.timeline.marking import markings_for
from handrail.organisations.duty import on_duty_in
from handrail.organisations.models import Person
from handrail.policy.schema.form import Meaning, Section
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.drafts import drafts_of, submit
from handrail.sign_in import lapsed
from handrail.sign_in.lapsed import SHOWING, TAKES_UP, is_kept, takes_up, typed_before

TYPED_BEFORE = "What you typed on this page could not be saved at the time. It is kept, and nothing was sent."
KEPT_ASIDE = (
    "What you typed last could not be saved. It is kept for an hour: open the same page of the draft to read "
    "it."
)
NOT_ASKED = (
    "{} is not asked any more, because another answer was changed, perhaps in another tab. What you typed "
    "there is kept, but it is not sent unless that page is asked again."
)
SENT_BEFORE = (
    "This form was sent or discarded before, perhaps in another tab. What you typed last was not added to it."
)
CHANGED_ELSEWHERE = (
    "An answer was changed, perhaps in another tab, after this page was shown. Check the answers again."
)
KEPT_FROM_YOU = (
    "“{}” is recorded. The name now on record is close to your own, so you do not see the case any more "
    "until somebody else who works on it says that it is not about you."
)
SHOWN, LEAVE = "shown", "leave-typed"


class Way(Protocol):
    """How a draft's pages are reached: by somebody signed in, or by the public form."""

    def section(self, draft: Draft, section: str) -> str: ...
    def check(self, draft: Draft) -> str: ...
    def later(self, draft: Draft) -> str: ...
    def done(self, draft: Draft) -> str: ...


class StaffWay:
    """The addresses of a draft of somebody who is signed in."""

    def section(self, draft: Draft, section: str) -> str:
        return reverse("cases:section", args=[draft.pk, section])

    def check(self, draft: Draft) -> str:
        return reverse("cases:answers", args=[draft.pk])

    def later(self, draft: Draft) -> str:
        return drafts_of(draft.target_kind).left(draft)

    def done(self, draft: Draft) -> str:
        return drafts_of(draft.target_kind).sent(draft)


def own_draft(request: HttpRequest, draft_id: UUID) -> Draft:
    """Return the user's own draft. 404 for anyone else's, and once they see nothing of its record."""
    person = person_of(request)
    draft = Draft.objects.filter(person=person, pk=draft_id).first()
    if draft is None:
        raise Http404
    draft.person = person
    load_target(draft, person)
    if draft.target_id and draft.target is None:
        raise Http404
    return draft


def load_target(draft: Draft, person: Person) -> None:
    """Load the record to which a draft adds, as it stands now for the author of the draft."""
    draft.target = drafts_of(draft.target_kind).target(draft.target_id, person) if draft.target_id else None


def lacks_access(request: HttpRequest, draft: Draft) -> bool:
    """Whether a reason has to be given before this draft of a case can go on; otherwise it is logged as read.

    What was typed stays until then.
    """
    if isinstance(draft.target, Case) and not draft.target.may_change:
        return True
    if draft.target:
        looked(request, [draft.target.pk])
    return False


@takes_up
@page(Audience.SIGNED_IN, logged_as="the form of a step")
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, draft_id: UUID, section: str) -> HttpResponse:
    """One page of a form that somebody signed in fills in."""
    draft = own_draft(request, draft_id)
    if draft.submitted_at and is_kept(request):
        return redirect("sign_in:kept")
    if lacks_access(request, draft):
        return keep_for_later(request, draft, section)
    typed = typed_before(request, person_of(request))
    return take_up(request, draft, section, typed) or section_page(request, draft, section, StaffWay())


def take_up(
    request: HttpRequest, draft: Draft, section_id: str, typed: QueryDict | None
) -> HttpResponse | None:
    """Keep in the draft what was typed on a page before; a page where it cannot be kept by itself.

    Until the draft has it, it stays where it is.
    """
    if typed is None:
        return None
    if LEAVE in typed:
        lapsed.let_go(request, person_of(request), typed)
        return None
    filling = Filling(draft)
    section, keeping = _keep(filling, section_id, typed)
    if keeping is Keeping.SENT:
        return redirect("sign_in:kept")
    if section is None or filling.section(section_id) is None:
        _say_not_asked(request, section)
        return redirect("sign_in:kept")
    messages.info(request, TYPED_BEFORE)
    if keeping is Keeping.ELSEWHERE:
        return _show_both(request, filling, section, typed, StaffWay())
    lapsed.let_go(request, person_of(request), typed)
    return None


def _keep(filling: Filling, section_id: str, typed: QueryDict) -> tuple[Section | None, Keeping | None]:
    """Keep what was typed on a page; nothing where the form has no such page, as once a matter has ended."""
    section = filling.any_section(section_id)
    return section, filling.keep(section, typed) if section else None


def keep_for_later(request: HttpRequest, draft: Draft, section_id: str) -> HttpResponse:
    """Keep what was typed while access ended, and ask for a reason."""
    if request.method == "POST" and LEAVE not in request.POST:
        _, keeping = _keep(Filling(draft), section_id, request.POST)
        if request.headers.get("X-Autosave"):
            return told(keeping)
        if keeping is Keeping.SENT:
            messages.warning(request, SENT_BEFORE)
        elif keeping is Keeping.KEPT:
            lapsed.let_go(request, person_of(request), request.POST)
        else:
            lapsed.keep(request, person_of(request))
            messages.warning(request, KEPT_ASIDE)
    return redirect("cases:open", draft.target_id)


def told(keeping: Keeping | None) -> JsonResponse:
    """What a page that saves by itself is told; `web/autosave.js` has the sentences."""
    if keeping is Keeping.KEPT:
        return JsonResponse({"saved": f"{timezone.localtime():%H:%M}"})
    return JsonResponse({keeping.name.lower() if keeping else "gone": True}, status=HTTPStatus.CONFLICT)


@page(Audience.SIGNED_IN, logged_as="the answers of a draft")
@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The page to check the answers, and to send them."""
    draft = own_draft(request, draft_id)
    if lacks_access(request, draft):
        return redirect("cases:open", draft.target_id)
    return check_page(request, draft, StaffWay())


@page(Audience.SIGNED_IN)
@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Empty a draft that is not wanted any more; the worker forgets it."""
    draft = own_draft(request, draft_id)
    lacks_access(request, draft)
    with transaction.atomic():
        Filling(draft).catch_up()
        if draft.submitted_at:
            return _sent_before(request, draft, StaffWay())
        draft.typed, draft.submitted_at = {}, timezone.now()
        draft.save(update_fields=["typed", "submitted_at", "updated_at"])
    messages.success(request, "The draft was discarded. Nothing was recorded.")
    return redirect(StaffWay().later(draft))


def section_page(request: HttpRequest, draft: Draft, section_id: str, way: Way) -> HttpResponse:
    """Show or keep one page of a form; a page with mistakes is kept and shown again."""
    if draft.submitted_at:
        return _sent_before(request, draft, way)
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
    section, keeping = _keep(filling, section_id, request.POST)
    if keeping is Keeping.KEPT:
        _let_go(request)
    if request.headers.get("X-Autosave"):
        return told(keeping)
    if keeping is Keeping.SENT:
        return _sent_before(request, filling.draft, way)
    if section is None or filling.section(section_id) is None:
        return _not_asked(request, filling, section, keeping, way)
    if keeping is Keeping.ELSEWHERE:
        return _show_both(request, filling, section, request.POST, way)
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
        return _show_both(request, filling, section, request.POST, way)
    if section or draft.person_id:
        _say_not_asked(request, section)
    return redirect("sign_in:kept" if draft.person_id else way.check(draft))


def _say_not_asked(request: HttpRequest, section: Section | None) -> None:
    messages.warning(request, NOT_ASKED.format(f"“{section.title}”" if section else "The page"))


def _show_both(
    request: HttpRequest, filling: Filling, section: Section, typed: QueryDict, way: Way
) -> HttpResponse:
    """Show a page with what was typed on it, not kept yet, beside what another tab has kept meanwhile."""
    saved = filling.saved(section)
    filling.type_in(section, typed)
    takes_up = list(dict.fromkeys([*typed.getlist(TAKES_UP), *typed.getlist(SHOWING)]))
    return _render_section(request, filling, section, {}, way, saved, takes_up)


def _sent_before(request: HttpRequest, draft: Draft, way: Way) -> HttpResponse:
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
        "known": _known_first(request, filling),
        **(_whom_to_ring(request, filling) if section.urgent else {}),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors and request.method == "POST" else 200
    status = status if saved_elsewhere is None else HTTPStatus.CONFLICT
    return render(request, "pages/section.html", context, status=status)


def _known_first(request: HttpRequest, filling: Filling) -> Beforehand | None:
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


def check_page(request: HttpRequest, draft: Draft, way: Way) -> HttpResponse:
    """Show all answers, and send them; whatever stands in the way is said, and the answers stay."""
    if draft.made_id:
        return redirect(way.done(draft))
    if draft.submitted_at:
        return redirect(way.later(draft))
    filling = Filling(draft)
    problem = ""
    status = 200
    if request.method == "POST" and (reminder := unconfirmed(request, filling)):
        status, problem = HTTPStatus.UNPROCESSABLE_ENTITY, reminder
    elif request.method == "POST":
        try:
            if not _submit(request, filling):
                return _sent_meanwhile(request, draft, way)
            _say_what_was_sent(request, filling)
            return redirect(way.done(draft))
        except InvalidAnswers as invalid:
            status, problem = HTTPStatus.UNPROCESSABLE_ENTITY, said_nowhere_else(filling, invalid)
        except Refused as refused:
            problem, status = refused.reason, HTTPStatus.CONFLICT
            draft.refresh_from_db()
            if draft.person_id:
                load_target(draft, person_of(request))
    return _render_check(request, filling, way, problem, status)


def said_nowhere_else(filling: Filling, invalid: InvalidAnswers) -> str:
    """What keeps a draft from being sent and stands at none of its questions."""
    shown = filling.read(filling.asked).errors
    return next((message for name, message in invalid.errors.items() if name not in shown), "")


def _sent_meanwhile(request: HttpRequest, draft: Draft, way: Way) -> HttpResponse:
    """Lead who sends a form to what it became meanwhile, or say that it was discarded."""
    draft.refresh_from_db(fields=["made_id"])
    if draft.made_id:
        return redirect(way.done(draft))
    return _sent_before(request, draft, way)


def _submit(request: HttpRequest, filling: Filling) -> bool:
    """Send a draft, on the version of the case that its page showed; False where it was sent or discarded."""
    draft = filling.draft
    with transaction.atomic():
        filling.catch_up()
        if draft.submitted_at:
            return False
        _refuse_what_was_not_shown(request, draft)
        version = request.POST.get("seen_version", "")
        if draft.target_id and version.isdecimal() and int(version) != draft.seen_version:
            draft.seen_version = int(version)
            draft.save(update_fields=["seen_version", "updated_at"])
        by = person_of(request) if draft.person_id else None
        draft.made_id = submit(draft.pk, by=by, marking=request.POST.get("marking", ""))
        return True


def _refuse_what_was_not_shown(request: HttpRequest, draft: Draft) -> None:
    """Raise NotNow where the answers are others than the page showed, as where another tab changed them."""
    digest = request.POST.get(SHOWN)
    if digest and digest_of(draft.typed) != digest:
        raise NotNow(CHANGED_ELSEWHERE)


def _say_what_was_sent(request: HttpRequest, filling: Filling) -> None:
    """Say after a step on a case what Handrail sent to whom, or that it sent nothing."""
    draft = filling.draft
    sends = said_of(filling.case, draft.pack, filling.step, draft.typed) if filling.case else ""
    if sends:
        messages.success(request, f"“{filling.step.title}” is recorded. {sends}")
    if draft.target_id and draft.target_id in given_to(person_of(request)).kept_from:
        messages.warning(request, KEPT_FROM_YOU.format(filling.step.title))


def unconfirmed(request: HttpRequest, filling: Filling) -> str:
    """What to say to somebody who sends what may tell who a person is, and has not said that it does not."""
    return "" if "tells-nobody" in request.POST or not reminders_of(filling) else TELLS_SOMEBODY


def _render_check(
    request: HttpRequest, filling: Filling, way: Way, problem: str, status: int
) -> HttpResponse:
    draft = filling.draft
    sections = filling.answered()
    case = filling.case
    context = {
        "filling": filling,
        "draft": draft,
        "step": filling.step,
        "kind": kind_of(filling.step),
        "form": draft.pack.form_of(filling.step),
        "sections": sections,
        "errors": {name: message for part in sections for name, message in part.errors.items()},
        "section_address": _section_address(draft, way),
        "case": case,
        "shown": filling.shown,
        "known": _known_first(request, filling),
        "news": since(draft.target, draft.seen_version, person_of(request)) if draft.target else [],
        "markings": markings_for(draft, person_of(request)) if case else [],
        "chosen": request.POST.get("marking", ""),
        "problem": problem,
        "reminders": reminders_of(filling),
        "confirmed": "tells-nobody" in request.POST,
        "sends": said_of(case, draft.pack, filling.step) if case else "",
        "later": way.later(draft),
    }
    return render(request, "pages/answers.html", context, status=status)


def _section_address(draft: Draft, way: Way) -> Callable[[str, str], str]:
    """The address at which one answer is changed."""

    def address(section: str, name: str = "") -> str:
        return f"{way.section(draft, section)}?check" + (f"#{name}" if name else "")

    return address
