"""Page that asks for the purpose of printing, then returns a case as PDF."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.models import Verb
from handrail.access.pages import page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.disclosure.paper.blocks import Paper
from handrail.cases.disclosure.paper.chronology import chronology_of
from handrail.cases.disclosure.paper.printing import NotPrinted, Printing, print_paper
from handrail.cases.disclosure.paper.summary import summary_of
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case
from handrail.forms.sheet import Sheet, reason
from handrail.organisations.models import Person
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Question
from handrail.policy.schema.pack import Pack
from handrail.sign_in.again import freshly_proven

SUMMARY = "summary"
LONGEST_RECIPIENT = 200
PAPERS = (
    Code(
        id=SUMMARY,
        label="Case summary",
        hint="The current stage, what comes next, the plan, the last decisions.",
    ),
    Code(
        id="chronology", label="Chronology, with all answers", hint="Every entry, and all that was answered."
    ),
    Code(id="entries", label="Chronology, without the answers", hint="Every entry with its reasons."),
)


@page(Audience.CASE_READERS, logged_as="a paper about a case")
@require_http_methods(["GET", "POST"])
@freshly_proven
@of_case(AccessLevel.WHOLE, AccessLevel.READING, AccessLevel.PART)
def print_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask what to print and why; POST returns the PDF."""
    if not case.marking.printed:
        return asking(request, case, status=HTTPStatus.FORBIDDEN)
    sheet = sheet_of(case).sent(request)
    if not sheet.is_right():
        return asking(request, case, sheet, status=sheet.status)
    try:
        return sent(request, case, sheet)
    except NotPrinted:
        sheet.errors["paper"] = "This paper could not be made. It may be too long: choose a shorter one"
        return asking(request, case, sheet, status=sheet.status)


def sheet_of(case: Case) -> Sheet:
    """Return the form. A user invited to part of the case can print the chronology only."""
    papers = [paper for paper in PAPERS if case.only_stages is None or paper.id != SUMMARY]
    return Sheet(why_print(case.pack), case.pack, choices={"paper": papers})


def why_print(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before a case is printed."""
    return (
        Question(
            id="paper", kind=Kind.CHOICE, label="What do you need on paper?", missing="Select the paper"
        ),
        Question(
            id="purpose",
            kind=Kind.CHOICE,
            codes=pack.paper.purposes,
            label="What is it for?",
            missing="Select what the paper is for",
        ),
        reason("For which occasion?", "Say for which occasion", "It stands on the first page."),
        Question(
            id="recipient",
            kind=Kind.TEXT,
            label="Who is it for?",
            hint="A person or a body. Leave it blank if you keep it yourself.",
            required=False,
            max_length=LONGEST_RECIPIENT,
        ),
    )


def asking(request: HttpRequest, case: Case, sheet: Sheet | None = None, status: int = 200) -> HttpResponse:
    """Render the form, or without `sheet` the page that says that nothing may be printed."""
    return render(request, "disclosure/print.html", {"case": case, "sheet": sheet}, status=status)


def sent(request: HttpRequest, case: Case, sheet: Sheet) -> HttpResponse:
    """Return the PDF, logged before it is sent. Raises NotPrinted, or NoLine where logging fails."""
    paper, printing = paper_of(case, person_of(request), sheet), printing_of(request, case, sheet)
    file = print_paper(paper, printing)
    why = f"{paper.title}. {printing.purpose}"
    looked(request, [case.pk], Verb.PRINTED, reason=why, recipient=printing.recipient)
    answer = HttpResponse(file, content_type="application/pdf")
    name = f"{case.reference}-{sheet.answer('paper')}.pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def paper_of(case: Case, reader: Person, sheet: Sheet) -> Paper:
    """Return the paper chosen, with what the reader may see."""
    asked_for = sheet.answer("paper")
    if asked_for == SUMMARY:
        return summary_of(case, reader)
    return chronology_of(case, reader, with_answers=asked_for == "chronology")


def printing_of(request: HttpRequest, case: Case, sheet: Sheet) -> Printing:
    """Return who prints, why and for whom."""
    person = person_of(request)
    purposes = case.pack.codes_by_id[case.pack.paper.purposes].labels
    return Printing(
        name=person.name,
        posts="; ".join(map(str, person.current_posts)),
        at=timezone.now(),
        purpose=f"{purposes[sheet.answer('purpose')]}: {sheet.answer('reason')}",
        recipient=sheet.answer("recipient") or person.name,
    )
