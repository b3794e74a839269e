"""Who may see a restricted case, and the acts on that; the staff route's pages."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handrail.access.audience import Audience
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.case_access import restrictions
from handrail.cases.case_access.restrictions import restriction_of
from handrail.cases.case_access.views.naming import Answers
from handrail.cases.errors import NotNow, Refused
from handrail.cases.loading import Sight, of_case, shown
from handrail.cases.models import Case
from handrail.forms.sheet import Sheet, reason
from handrail.organisations.models import Person
from handrail.sign_in.again import freshly_proven_to_send

SHOWN = 100
WHY_TAKEN_ON = reason("Why you?", "Say why you take the case on, then try again.")


@page(Audience.CASE_READERS, logged_as="who is named for a restricted case")
@require_http_methods(["GET", "POST"])
@freshly_proven_to_send
@of_case(Sight.WHOLE)
def restriction(request: HttpRequest, case: Case) -> HttpResponse:
    """Restrict a case; or, of a restricted one, who is named, who is kept from it, and the acts on that."""
    person = person_of(request)
    if not case.restricted and not restrictions.may_restrict(case, person):
        raise Http404
    answers = Answers.of(case, request.POST)
    problem = ""
    if request.method == "POST":
        try:
            said = carry_out(request.POST.get("act", ""), answers, person)
            if not answers.errors:
                messages.success(request, said)
                return redirect(where_to(case, person))
        except Refused as refused:
            problem = refused.reason
    status = HTTPStatus.CONFLICT if problem else HTTPStatus.UNPROCESSABLE_ENTITY if answers.errors else 200
    return render(
        request, "case_access/restriction.html", facts(case, person, answers, problem), status=status
    )


def facts(case: Case, person: Person, answers: Answers, problem: str) -> dict[str, object]:
    """What the page says."""
    grants = list(restrictions.grants_of(case).select_related("person")) if case.restricted else []
    return {
        "case": case,
        "restriction": restriction_of(case) if case.restricted else None,
        "grants": grants,
        "without_owner": case.restricted and not restrictions.owner_sees(case),
        "kept_out": answers.kept_out,
        "asked_unseen": restrictions.asked_unseen(case) if case.restricted else [],
        "may_act": restrictions.may_restrict(case, person),
        "fields": answers.fields,
        "errors": answers.errors,
        "act": (answers.typed.get("act") or [""])[-1],
        "problem": problem,
    }


def where_to(case: Case, person: Person) -> str:
    """The page of the restriction while it can be seen, the case's where it is lifted, and home otherwise."""
    now = Case.objects.filter(pk=case.pk).worked_on_by(person).first()
    if now is None:
        return reverse("web:home")
    return reverse("cases:restriction" if now.restricted else "cases:case", args=[case.pk])


def carry_out(act: str, answers: Answers, by: Person) -> str:
    """Do what one of the page's forms asks for, and say so. What has to be mended is in the answers."""
    if act not in ACTS:
        raise Http404
    return ACTS[act](answers, by)


def _restrict(answers: Answers, by: Person) -> str:
    category, reason = answers.category(), answers.text("reason", "Say why only named people should see it")
    named, concerned = answers.named(), answers.people("concerned")
    if not named and "elsewhere" not in answers.errors:
        answers.errors["named"] = "Select at least one person who can work on it"
    if not answers.errors:
        restrictions.restrict(
            answers.case.pk, by=by, category=category, reason=reason, named=named, concerned=concerned
        )
    return "The case is restricted." + (
        "" if by in named else " You are not named, so you do not see it any more."
    )


def _name(answers: Answers, by: Person) -> str:
    reason, named = answers.text("reason", "Say why they are needed"), answers.named()
    if not named and "elsewhere" not in answers.errors:
        answers.errors["named"] = "Select at least one person"
    for person in named if not answers.errors else []:
        restrictions.name(answers.case.pk, person, by=by, reason=reason)
    return f"Named: {', '.join(person.name for person in named)}."


def _end(answers: Answers, by: Person) -> str:
    reason = answers.text("reason", "Say why it ends")
    grant = next(
        (g for g in restrictions.grants_of(answers.case) if str(g.pk) == answers.text("grant")), None
    )
    if grant is None:
        raise Http404
    if not answers.errors:
        restrictions.unname(grant.pk, by=by, reason=reason)
    return "That person does not see the case any more."


def _keep_from(answers: Answers, by: Person) -> str:
    reason, concerned = answers.text("reason", "Say why they are kept from it"), answers.people("concerned")
    if not concerned and not answers.errors:
        answers.errors["concerned"] = "Enter at least one email address"
    for person in concerned if not answers.errors else []:
        restrictions.keep_from(answers.case.pk, person, by=by, reason=reason)
    return f"Kept from this case: {', '.join(person.name for person in concerned)}."


def _not_them(answers: Answers, by: Person) -> str:
    person, reason = answers.kept(), answers.text("reason", "Say how you know that it is not them")
    if person and not answers.errors:
        restrictions.not_them(answers.case.pk, person, by=by, reason=reason)
    return f"{person.name} is not kept from this case any more." if person else ""


def _answer_for(answers: Answers, by: Person) -> str:
    reason = answers.text("reason", "Say why you answer for it now")
    if not answers.errors:
        restrictions.answer_for(answers.case.pk, by=by, reason=reason)
    return "You answer for this case now."


def _ask_to_lift(answers: Answers, by: Person) -> str:
    reason = answers.text("reason", "Say why the case need not be restricted")
    if not answers.errors:
        restrictions.ask_to_lift(answers.case.pk, by=by, reason=reason)
    return "Another person who is named decides now."


def _settle(agreed: bool) -> Callable[[Answers, Person], str]:
    def settle(answers: Answers, by: Person) -> str:
        reason = answers.text("reason", "Say why you decide so")
        if not answers.errors:
            restrictions.settle_lift(answers.case.pk, by=by, agreed=agreed, reason=reason)
        return "The restriction is lifted." if agreed else "The case stays restricted."

    return settle


ACTS: dict[str, Callable[[Answers, Person], str]] = {
    "restrict": _restrict,
    "name": _name,
    "end": _end,
    "keep-from": _keep_from,
    "not-them": _not_them,
    "answer-for": _answer_for,
    "ask-to-lift": _ask_to_lift,
    "lift": _settle(agreed=True),
    "keep": _settle(agreed=False),
}


@page(Audience.CONCERN_TAKERS, logged_as="the concerns about colleagues", menu=Menu("Staff concerns", 80))
@require_GET
def concerns(request: HttpRequest) -> HttpResponse:
    """The restricted cases for which somebody who takes concerns is named, and those with nobody."""
    found = Case.objects.worked_on_by(person_of(request)).filter(restricted=True)
    cases = list(found.select_related("subject", "force", "owner").order_by("-opened_on", "pk")[:SHOWN])
    shown(request, cases)
    context = {"cases": cases, "unattended": restrictions.unattended(), "today": timezone.localdate()}
    return render(request, "case_access/concerns.html", context)


@page(Audience.CONCERN_TAKERS, logged_as="taking on a restricted case")
@require_POST
@freshly_proven_to_send
def take_on(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take over a restricted case that nobody is left to work on.

    A case of which this person is not told, and one that somebody works on by now, do not exist here.
    """
    sheet = Sheet((WHY_TAKEN_ON,)).sent(request)
    if not sheet.is_right():
        messages.error(request, sheet.errors["reason"])
        return redirect("cases:concerns")
    try:
        restrictions.take_on(case_id, by=person_of(request), reason=sheet.answer("reason"))
    except NotNow as refused:
        raise Http404 from refused
    return redirect("cases:case", case_id)
