"""Pages of possible matches: list them, compare and answer one, take an answer back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.errors import Refused
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.choices import choices_of
from handrail.cases.engine.record import Record
from handrail.cases.errors import InvalidAnswers
from handrail.cases.loading import AccessLevel, of_case, shown
from handrail.cases.models import Case
from handrail.cases.person.matches import acts
from handrail.cases.person.matches.following import followed
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.matches.showing import Beside, beside, gone
from handrail.cases.person.views.beforehand import beforehand
from handrail.cases.person.views.merging import seen
from handrail.forms.sheet import Sheet, reason
from handrail.policy.questions import options_for, sections_of
from handrail.policy.step_kinds.matching import MATCH_ANSWER

WHY_GONE = reason(
    "Why can you not tell?", "Enter why you cannot tell", "Say what you knew of it, if anything."
)
SAID = {
    "same": "The two records are linked. Neither has changed.",
    "not-same": "You recorded that this is not the same person.",
    "cannot-tell": "You recorded that it is not possible to tell.",
}


@page(Audience.CASE_READERS, logged_as="the records that may be about the same person")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def likenesses(request: HttpRequest, case: Case) -> HttpResponse:
    """List the possible matches of a case in every force, and close questions about records now hidden."""
    record, records = Record.of(case), RecordsBeside.of(case)
    asks = gone(case, records, record.follow_ups)
    sheet = Sheet((WHY_GONE,), case.pack).sent(request) if asks else None
    if sheet and sheet.is_right():
        try:
            return _answer_gone(request, case, sheet)
        except Refused as refused:
            sheet.problem = refused.reason
    every = beside(case, person_of(request))
    shown(request, [one.case for one in every if one.case])
    context = {
        "case": case,
        "known": beforehand(request, record, beside=records),
        "sheet": sheet,
        "problem": sheet.problem if sheet else "",
        "here": [one for one in every if one.answered_here and one.match.strong],
        "elsewhere": [one for one in every if not one.answered_here and one.match.strong],
        "possible": [one for one in every if not one.match.strong],
    }
    return render(request, "person/possible-matches.html", context, status=sheet.status if sheet else 200)


@page(Audience.CASE_READERS, logged_as="two records beside each other")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def likeness(request: HttpRequest, case: Case, possible_match_id: UUID) -> HttpResponse:
    """Compare a possible match with the case, and answer whether both are about one person."""
    one = _one(request, case, possible_match_id)
    sheet = _asked(request, case) if one.answered_here and not one.match.answer else None
    if sheet and sheet.is_right():
        try:
            return _answer(request, case, one, sheet)
        except InvalidAnswers as invalid:
            sheet.errors |= invalid.errors
        except Refused as refused:
            sheet.problem = refused.reason
    context = {"case": case, "one": one, "sheet": sheet, "problem": sheet.problem if sheet else ""}
    return render(request, "person/possible-match.html", context, status=sheet.status if sheet else 200)


@page(Audience.CASE_READERS, logged_as="taking back that two records are of one person, or are not")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def take_back(request: HttpRequest, case: Case, possible_match_id: UUID) -> HttpResponse:
    """Show what followed from an answer, then take the answer back."""
    one = _one(request, case, possible_match_id)
    if not one.match.answer:
        raise Http404
    after = followed(case, one.match, person_of(request))
    shown(request, after.chronology if after else [])
    why = reason("Why do you take it back?", "Say why you take it back")
    sheet = Sheet((why,), case.pack).sent(request)
    if sheet.is_right():
        try:
            return _take_back(request, case, one, sheet)
        except Refused as refused:
            sheet.problem = refused.reason
    context = {"case": case, "one": one, "followed": after, "sheet": sheet, "problem": sheet.problem}
    return render(request, "person/take-back.html", context, status=sheet.status)


def _one(request: HttpRequest, case: Case, possible_match_id: UUID) -> Beside:
    """Return the possible match, logged as shown. 404 where the user may not see it beside this case."""
    found = beside(case, person_of(request), only=possible_match_id)
    if not found:
        raise Http404
    shown(request, [one.case for one in found if one.case])
    return found[0]


def _asked(request: HttpRequest, case: Case) -> Sheet | None:
    """Return the form with the policy's questions about a match; None where the policy has none."""
    step = MATCH_ANSWER.step(case.pack)
    if step is None:
        return None
    [section] = sections_of(case.pack, step)
    options = options_for(case.pack, step, choices_of(case.force))
    choices = {question.id: options(question) for question in section.questions if question.id == "outcome"}
    return Sheet(section.questions, case.pack, choices=choices).sent(request)


def _answer(request: HttpRequest, case: Case, one: Beside, sheet: Sheet) -> HttpResponse:
    person, version = person_of(request), seen(request, case)
    said = acts.answer(case.pk, one.match.pk, sheet.typed, by=person, seen_version=version)
    messages.success(request, SAID[said.answer])
    return redirect("cases:likenesses", case.pk)


def _answer_gone(request: HttpRequest, case: Case, sheet: Sheet) -> HttpResponse:
    person, version = person_of(request), seen(request, case)
    acts.answer_gone(case.pk, sheet.answer("reason"), by=person, seen_version=version)
    messages.success(request, SAID["cannot-tell"])
    return redirect("cases:likenesses", case.pk)


def _take_back(request: HttpRequest, case: Case, one: Beside, sheet: Sheet) -> HttpResponse:
    person, version = person_of(request), seen(request, case)
    acts.take_back(case.pk, one.match.pk, sheet.answer("reason"), by=person, seen_version=version)
    messages.success(request, "The answer was taken back. The question is open again.")
    return redirect("cases:likenesses", case.pk)
