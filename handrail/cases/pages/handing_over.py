"""Pages for handing a caseload over, and taking over offered cases."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.choices import choices_of
from handrail.cases.loading import shown
from handrail.cases.steps import handing_over
from handrail.cases.steps.handing_over import Handled
from handrail.forms.sheet import LONGEST_REASON, Sheet, choice
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.organisations.reach import forces_of_posts
from handrail.organisations.roles import roles_that_may
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Meaning, Question
from handrail.records.packs import current_pack

OWNERS = roles_that_may(Capability.OWN_CASES)


@page(Audience.CASE_WORKERS, logged_as="handing a caseload over")
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest) -> HttpResponse:
    """Offer all open cases of one owner to another user."""
    person = person_of(request)
    owners = handing_over.owners_for(person)
    sheet = _sheet(person, owners).sent(request)
    if sheet.is_right() and _differ(sheet):
        owner, to = (Person.objects.get(pk=sheet.answer(name)) for name in ("from", "to"))
        handled = handing_over.offer_all(owner, to, sheet.answer("what"), by=person)
        return _told(request, handled, f"offered to {to.name}, who has to take each over")
    context = {"sheet": sheet, "owners": owners, "most": handing_over.AT_ONCE}
    return render(request, "pages/hand-over.html", context, status=sheet.status)


def _sheet(person: Person, owners: list[tuple[Person, int]]) -> Sheet:
    from_ = [choice(owner.pk, owner.name, f"{cases} open") for owner, cases in owners]
    return Sheet(_questions(), current_pack(), choices={"from": from_, "to": _receivers(person)})


def _questions() -> tuple[Question, ...]:
    return (
        Question(
            id="from", kind=Kind.CHOICE, label="Whose cases?", missing="Select whose cases are handed over"
        ),
        Question(
            id="to", kind=Kind.CHOICE, label="Who takes them over?", missing="Select who takes them over"
        ),
        Question(
            id="what",
            kind=Kind.LONG_TEXT,
            label="What do they need to know first?",
            hint="It goes on the record of every case. If something is about one case only, say there.",
            missing="Enter what they need to know first",
            max_length=LONGEST_REASON,
        ),
    )


def _receivers(person: Person) -> list[Code]:
    """Return the users who can own cases in the forces of this user's posts, as choices."""
    roles = tuple(sorted(map(str, OWNERS)))
    question = Question(id="to", kind=Kind.PERSON, label="To", roles=roles, means=Meaning.ASKED_PERSON)
    found = {code.id: code for force in forces_of_posts(person) for code in choices_of(force)(question)}
    return sorted(found.values(), key=lambda code: code.label)


def _differ(sheet: Sheet) -> bool:
    if sheet.answer("from") == sheet.answer("to"):
        sheet.errors["to"] = "Select somebody else: they already own these cases"
    return not sheet.errors


@page(Audience.CASE_WORKERS, logged_as="taking over cases that were offered")
@require_http_methods(["GET", "POST"])
def take_over(request: HttpRequest) -> HttpResponse:
    """Take over offered cases; each can be refused on its own page instead."""
    person = person_of(request)
    rows = handing_over.offered_to(person)
    if request.method == "POST":
        chosen = set(request.POST.getlist("case"))
        wanted = [row for row in rows if str(row.pk) in chosen]
        if wanted:
            return _told(request, handing_over.take_over(wanted, by=person), "now yours")
    shown(request, [row.case for row in rows])
    nothing = request.method == "POST" and bool(rows)
    context = {"rows": rows, "errors": {"case": "Select at least one case"} if nothing else {}}
    return render(
        request, "pages/take-over.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if nothing else 200
    )


def _told(request: HttpRequest, handled: Handled, what: str) -> HttpResponse:
    """Redirect to the home page with what was done and what was not."""
    if handled.done:
        number = len(handled.done)
        messages.success(request, f"{number} {'case is' if number == 1 else 'cases are'} {what}.")
    for case, why in handled.left:
        messages.warning(request, f"{case.reference} was not changed: {why}")
    if not handled.done and not handled.left:
        messages.warning(request, "There was nothing to hand over.")
    return redirect("web:home")
