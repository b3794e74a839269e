"""The page that begins a referral about another person who is named in a concern."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.errors import Refused
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.drafts.beginning import first_page
from handrail.cases.intake.referring import opening_steps
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case
from handrail.cases.steps import also_named
from handrail.forms.sheet import Sheet
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Question

WHAT = Question(
    id="relation",
    kind=Kind.CHOICE,
    label="What is their relationship to the person in this case?",
    missing="Select their relationship",
)
HOW = Question(
    id="step", kind=Kind.CHOICE, label="Which kind of referral?", missing="Select a kind of referral"
)


@page(Audience.CASE_READERS, logged_as="referring somebody else who is named in a case")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def another(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask what the other person is to the subject of this case, and begin a referral about them."""
    steps = opening_steps(person_of(request).roles)
    if not steps:
        raise Http404
    choices = {
        "step": [Code(id=step.id, label=step.title, hint=step.hint) for step in steps],
        "relation": also_named.relations_of(case.pack),
    }
    sheet = Sheet((WHAT, HOW), case.pack, choices=choices).sent(request)
    if sheet.is_right():
        try:
            draft = also_named.begin_another(
                case, sheet.answer("step"), relation=sheet.answer("relation"), by=person_of(request)
            )
            return redirect(first_page(draft))
        except Refused as refused:
            sheet.problem = refused.reason
    context = {"case": case, "sheet": sheet, "problem": sheet.problem}
    return render(request, "pages/another.html", context, status=sheet.status)
