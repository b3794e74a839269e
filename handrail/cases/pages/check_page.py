"""The last page of a form: all answers to check, and sending them."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from handrail.access.views.people import person_of
from handrail.cases.drafts.filling import Filling
from handrail.cases.intake.sent_to import said_of
from handrail.cases.pages.section_page import known_first
from handrail.cases.pages.sending import Unsent, Way, send
from handrail.cases.registers.personal import reminders_of
from handrail.cases.timeline.entries import since
from handrail.cases.timeline.marking_actions import markings_for
from handrail.policy.step_kinds.kind import kind_of
from handrail.records.drafts import Draft, drafts_of


def check_page(request: HttpRequest, draft: Draft, way: Way) -> HttpResponse:
    """Show all answers, or send them; an error is shown and the answers stay."""
    if draft.made_id:
        return redirect(way.done(draft))
    if draft.submitted_at:
        return redirect(way.later(draft))
    filling = Filling(draft)
    outcome = send(request, filling, way) if request.method == "POST" else Unsent("", HTTPStatus.OK)
    return _render_check(request, filling, way, outcome) if isinstance(outcome, Unsent) else outcome


def _render_check(request: HttpRequest, filling: Filling, way: Way, unsent: Unsent) -> HttpResponse:
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
        "problem": unsent.problem,
        "reminders": reminders_of(filling),
        "confirmed": "tells-nobody" in request.POST,
        "sends": said_of(case, draft.pack, filling.step) if case else "",
        "later": way.later(draft),
    }
    return render(request, "pages/answers.html", context, status=unsent.status)


def _section_address(draft: Draft, way: Way) -> Callable[[str, str], str]:
    """Return a function that gives the address at which an answer is changed."""

    def address(section: str, name: str = "") -> str:
        return f"{way.section(draft, section)}?check" + (f"#{name}" if name else "")

    return address
