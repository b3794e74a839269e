"""The last page of a form: all answers to check, and sending them."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from handrail.access.errors import Refused
from handrail.access.given import given_to
from handrail.access.inputs import number
from handrail.access.views.people import person_of
from handrail.cases.drafts.filling import Filling, digest_of
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.intake.sent_to import said_of
from handrail.cases.pages.section_page import Way, known_first, load_target, sent_before
from handrail.cases.registers.personal import TELLS_SOMEBODY, reminders_of
from handrail.cases.timeline.entries import since
from handrail.cases.timeline.marking_actions import markings_for
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.drafts import Draft, drafts_of, submit

SHOWN = "shown"
CHANGED_ELSEWHERE = (
    "An answer was changed, perhaps in another tab, after this page was shown. Check the answers again."
)
KEPT_FROM_YOU = (
    "“{}” is recorded. The name now on record is close to your own, so you do not see the case any more "
    "until somebody else who works on it says that it is not about you."
)


def check_page(request: HttpRequest, draft: Draft, way: Way) -> HttpResponse:
    """Show all answers, or send them; an error is shown and the answers stay."""
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
    """Return the first error that belongs to none of the questions shown; empty without one."""
    shown = filling.read(filling.asked).errors
    return next((message for name, message in invalid.errors.items() if name not in shown), "")


def _sent_meanwhile(request: HttpRequest, draft: Draft, way: Way) -> HttpResponse:
    """Redirect to the result of a draft that was sent meanwhile, or say that it was discarded."""
    draft.refresh_from_db(fields=["made_id"])
    if draft.made_id:
        return redirect(way.done(draft))
    return sent_before(request, draft, way)


def _submit(request: HttpRequest, filling: Filling) -> bool:
    """Send a draft against the case version that its page showed; False if it was sent or discarded."""
    draft = filling.draft
    with transaction.atomic():
        filling.catch_up()
        if draft.submitted_at:
            return False
        _refuse_what_was_not_shown(request, draft)
        version = number(request.POST.get("seen_version", ""))
        if draft.target_id and version is not None and version != draft.seen_version:
            draft.seen_version = version
            draft.save(update_fields=["seen_version", "updated_at"])
        by = person_of(request) if draft.person_id else None
        draft.made_id = submit(draft.pk, by=by, marking=request.POST.get("marking", ""))
        return True


def _refuse_what_was_not_shown(request: HttpRequest, draft: Draft) -> None:
    """Raise NotNow where the answers differ from those the page showed, as after a change in another tab."""
    digest = request.POST.get(SHOWN)
    if digest and digest_of(draft.typed) != digest:
        raise NotNow(CHANGED_ELSEWHERE)


def _say_what_was_sent(request: HttpRequest, filling: Filling) -> None:
    """Show what Handrail sent to which people after a step, and warn a user who lost access to the case."""
    draft = filling.draft
    sends = said_of(filling.case, draft.pack, filling.step, draft.typed) if filling.case else ""
    if sends:
        messages.success(request, f"“{filling.step.title}” is recorded. {sends}")
    if draft.target_id and draft.target_id in given_to(person_of(request)).kept_from:
        messages.warning(request, KEPT_FROM_YOU.format(filling.step.title))


def unconfirmed(request: HttpRequest, filling: Filling) -> str:
    """Return the reminder to confirm that a text identifies nobody; empty where none is needed."""
    return "" if "tells-nobody" in request.POST or not reminders_of(filling) else TELLS_SOMEBODY


def _render_check(
    request: HttpRequest, filling: Filling, way: Way, problem: str, status: int
) -> HttpResponse:
    draft = filling.draft
    sections = filling.answered()
    case, marks = filling.case, drafts_of(draft.target_kind).takes_marking(draft)
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
        "known": known_first(request, filling),
        "news": since(draft.target, draft.seen_version, person_of(request)) if draft.target else [],
        "markings": markings_for(draft, person_of(request)) if marks else [],
        "chosen": request.POST.get("marking", ""),
        "problem": problem,
        "reminders": reminders_of(filling),
        "confirmed": "tells-nobody" in request.POST,
        "sends": said_of(case, draft.pack, filling.step) if case else "",
        "later": way.later(draft),
    }
    return render(request, "pages/answers.html", context, status=status)


def _section_address(draft: Draft, way: Way) -> Callable[[str, str], str]:
    """Return a function that gives the address at which an answer is changed."""

    def address(section: str, name: str = "") -> str:
        return f"{way.section(draft, section)}?check" + (f"#{name}" if name else "")

    return address
