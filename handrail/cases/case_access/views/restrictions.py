"""Pages on restricted cases: who is named, acts on the restriction, and staff concerns."""

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
from handrail.access.errors import Refused
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.case_access import restrictions, who_may_work
from handrail.cases.case_access.keeping_out import left_without
from handrail.cases.case_access.views.naming import Acting, Forms
from handrail.cases.case_access.who_may_work import restriction_of
from handrail.cases.errors import NotNow
from handrail.cases.loading import AccessLevel, of_case, shown
from handrail.cases.models import Case
from handrail.cases.models.restriction import Category
from handrail.forms.sheet import Sheet, reason
from handrail.organisations.models import Person
from handrail.sign_in.again import freshly_proven_to_send

SHOWN = 100
WHY_TAKEN_ON = reason(
    "Why are you taking responsibility for it?", "Say why you take the case on, then try again."
)


@page(Audience.CASE_READERS, logged_as="who is named for a restricted case")
@require_http_methods(["GET", "POST"])
@freshly_proven_to_send
@of_case(AccessLevel.WHOLE)
def restriction(request: HttpRequest, case: Case) -> HttpResponse:
    """Restrict a case; or show who is named for and kept from a restricted one, and take an act on it."""
    person = person_of(request)
    if not case.restricted and not restrictions.may_restrict(case, person):
        raise Http404
    forms = Forms(case, request)
    sheet = forms[forms.act] if forms.act in ACTS else None
    if request.method == "POST" and sheet is None:
        raise Http404
    if sheet and sheet.is_right():
        try:
            messages.success(request, ACTS[forms.act](case, sheet, person))
            return redirect(where_to(case, person))
        except Refused as refused:
            sheet.problem = refused.reason
    status = sheet.status if sheet else HTTPStatus.OK
    return render(request, "case_access/restriction.html", facts(person, forms, sheet), status=status)


def facts(person: Person, forms: Forms, sheet: Acting | None) -> dict[str, object]:
    """Return the context of the page; `sheet` is the form that was sent, None for none."""
    case, may_act = forms.case, restrictions.may_restrict(forms.case, person)
    able = who_may_work.able_of(case) if case.restricted and may_act else []
    grants = list(who_may_work.grants_of(case).select_related("person")) if case.restricted else []
    return {
        "case": case,
        "restriction": restriction_of(case) if case.restricted else None,
        "grants": grants,
        "can_end": [grant for grant in grants if left_without(able, {grant.person_id})],
        "without_owner": case.restricted and not who_may_work.owner_sees(case),
        "kept_out": forms.kept_out,
        "asked_unseen": who_may_work.asked_unseen(case) if case.restricted else [],
        "may_act": may_act,
        "may_clear": bool(forms.kept_out) and restrictions.may_clear(case, person),
        "forms": forms,
        "errors": {"top": sheet.problem} if sheet and sheet.problem else sheet.errors if sheet else {},
    }


def where_to(case: Case, person: Person) -> str:
    """Return the URL to show after an act: restriction, case once it is lifted, or home without access."""
    now = Case.objects.filter(pk=case.pk).worked_on_by(person).first()
    if now is None:
        return reverse("web:home")
    return reverse("cases:restriction" if now.restricted else "cases:case", args=[case.pk])


def _restrict(case: Case, sheet: Acting, by: Person) -> str:
    category, named, concerned = Category(sheet.answer("category")), sheet.named, sheet.people("concerned")
    restrictions.restrict(
        case.pk, by=by, category=category, reason=sheet.why, named=named, concerned=concerned
    )
    return "The case is restricted." + (
        "" if by in named else " You are not named, so you can no longer see it."
    )


def _name(case: Case, sheet: Acting, by: Person) -> str:
    for person in sheet.named:
        restrictions.name(case.pk, person, by=by, reason=sheet.why)
    return f"Named: {', '.join(person.name for person in sheet.named)}."


def _end(case: Case, sheet: Acting, by: Person) -> str:
    chosen = sheet.answer("grant")
    grant = next((one for one in who_may_work.grants_of(case) if str(one.pk) == chosen), None)
    if grant is None:
        raise Http404
    restrictions.unname(grant.pk, by=by, reason=sheet.why)
    return "That person can no longer see the case."


def _keep_from(case: Case, sheet: Acting, by: Person) -> str:
    concerned = sheet.people("concerned")
    for person in concerned:
        restrictions.keep_from(case.pk, person, by=by, reason=sheet.why)
    return f"Kept from this case: {', '.join(person.name for person in concerned)}."


def _not_them(case: Case, sheet: Acting, by: Person) -> str:
    person = Person.objects.get(pk=sheet.answer("kept"))
    restrictions.not_them(case.pk, person, by=by, reason=sheet.why)
    return f"{person.name} is no longer kept from this case."


def _answer_for(case: Case, sheet: Acting, by: Person) -> str:
    restrictions.answer_for(case.pk, by=by, reason=sheet.why)
    return "You are now responsible for this case."


def _ask_to_lift(case: Case, sheet: Acting, by: Person) -> str:
    restrictions.ask_to_lift(case.pk, by=by, reason=sheet.why)
    return "Another named person will now decide."


def _settle(agreed: bool) -> Callable[[Case, Acting, Person], str]:
    def settle(case: Case, sheet: Acting, by: Person) -> str:
        restrictions.settle_lift(case.pk, by=by, agreed=agreed, reason=sheet.why)
        return "The restriction is lifted." if agreed else "The case stays restricted."

    return settle


ACTS: dict[str, Callable[[Case, Acting, Person], str]] = {
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


@page(Audience.CONCERN_TAKERS, logged_as="the concerns about colleagues", menu=Menu("Staff concerns", 21))
@require_GET
def concerns(request: HttpRequest) -> HttpResponse:
    """List the restricted cases that this user works on, and those with nobody left to work on them."""
    found = Case.objects.worked_on_by(person_of(request)).filter(restricted=True)
    cases = list(found.select_related("subject", "force", "owner").order_by("-opened_on", "pk")[:SHOWN])
    shown(request, cases)
    context = {
        "cases": cases,
        "most": SHOWN,
        "unattended": restrictions.unattended(),
        "today": timezone.localdate(),
    }
    return render(request, "case_access/concerns.html", context)


@page(Audience.CONCERN_TAKERS, logged_as="taking on a restricted case")
@require_POST
@freshly_proven_to_send
def take_on(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take over a restricted case that nobody is left to work on.

    404 for a case that the user is not told of, or that has somebody by now.
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
