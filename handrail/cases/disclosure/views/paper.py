"""Pages that ask for the purpose of printing, then return a case or another record as PDF."""

from collections.abc import Sequence
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
from handrail.cases.loading import AccessLevel, of_case, of_record
from handrail.cases.models import Case
from handrail.forms.sheet import Sheet, reason
from handrail.organisations.models import Person
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Question
from handrail.policy.schema.pack import Pack
from handrail.records.kinds import Recorded, kind_of
from handrail.sign_in.again import freshly_proven

SUMMARY = "summary"
LONGEST_RECIPIENT = 200
PAPERS = (
    Code(
        id=SUMMARY,
        label="Case summary",
        hint="The current stage, what comes next, the plan, the last decisions.",
    ),
    Code(id="chronology", label="Timeline, with all answers", hint="Every entry, and all that was answered."),
    Code(id="entries", label="Timeline, without the answers", hint="Every entry with its reasons."),
)
CHRONOLOGIES = tuple(paper for paper in PAPERS if paper.id != SUMMARY)


@page(Audience.CASE_READERS, logged_as="a paper about a case")
@require_http_methods(["GET", "POST"])
@freshly_proven
@of_case(AccessLevel.WHOLE, AccessLevel.READING, AccessLevel.PART)
def print_case(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask what of a case to print and why; POST returns the PDF."""
    return printed(request, case, papers_of(case))


@page(Audience.SIGNED_IN, logged_as="a paper about a record")
@require_http_methods(["GET", "POST"])
@freshly_proven
@of_record()
def print_record(request: HttpRequest, record: Recorded) -> HttpResponse:
    """Ask what of a record to print and why; POST returns the PDF."""
    return printed(request, record, CHRONOLOGIES)


def papers_of(case: Case) -> Sequence[Code]:
    """Return the papers of a case. A user invited to part of it can print the timeline only."""
    return PAPERS if case.only_stages is None else CHRONOLOGIES


def printed(request: HttpRequest, record: Recorded, papers: Sequence[Code]) -> HttpResponse:
    """Show the form, or return the PDF that was asked for; 403 where nothing of the record is printed."""
    if not record.marking.printed:
        return asking(request, record, status=HTTPStatus.FORBIDDEN)
    sheet = Sheet(why_print(record.pack), record.pack, choices={"paper": papers}).sent(request)
    if not sheet.is_right():
        return asking(request, record, sheet, status=sheet.status)
    try:
        return sent(request, record, sheet)
    except NotPrinted:
        sheet.errors["paper"] = "This paper could not be made. It may be too long: choose a shorter one"
        return asking(request, record, sheet, status=sheet.status)


def why_print(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before a record is printed."""
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
        reason(
            "Give details",
            "Enter details, such as which court or meeting",
            "For example, which court or meeting, and who asked for it. It is shown on the first page.",
        ),
        Question(
            id="recipient",
            kind=Kind.TEXT,
            label="Who is it for?",
            hint="A person or a body. Leave it blank if you keep it yourself.",
            required=False,
            max_length=LONGEST_RECIPIENT,
        ),
    )


def asking(
    request: HttpRequest, record: Recorded, sheet: Sheet | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Render the form, or without `sheet` the page that says that nothing may be printed."""
    context = {"record": record, "kind": kind_of(record), "sheet": sheet}
    return render(request, "disclosure/print.html", context, status=status)


def sent(request: HttpRequest, record: Recorded, sheet: Sheet) -> HttpResponse:
    """Return the PDF, logged before it is sent. Raises NotPrinted, or NoLine where logging fails."""
    paper, printing = paper_of(record, person_of(request), sheet), printing_of(request, record, sheet)
    file = print_paper(paper, printing)
    why = f"{paper.title}. {printing.purpose}"
    looked(request, [record.pk], Verb.PRINTED, reason=why, recipient=printing.recipient)
    answer = HttpResponse(file, content_type="application/pdf")
    name = f"{record.reference}-{sheet.answer('paper')}.pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def paper_of(record: Recorded, reader: Person, sheet: Sheet) -> Paper:
    """Return the paper chosen, with what the reader may see."""
    asked_for = sheet.answer("paper")
    if asked_for == SUMMARY and isinstance(record, Case):
        return summary_of(record, reader)
    return chronology_of(record, reader, with_answers=asked_for == "chronology")


def printing_of(request: HttpRequest, record: Recorded, sheet: Sheet) -> Printing:
    """Return who prints, why and for whom."""
    person = person_of(request)
    purposes = record.pack.codes_by_id[record.pack.paper.purposes].labels
    return Printing(
        name=person.name,
        posts="; ".join(map(str, person.current_posts)),
        at=timezone.now(),
        purpose=f"{purposes[sheet.answer('purpose')]}: {sheet.answer('reason')}",
        recipient=sheet.answer("recipient") or person.name,
    )
