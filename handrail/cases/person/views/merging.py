"""Pages to merge a case into the open one about the same person, and to unmerge them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.access.audience import Audience
from handrail.access.errors import Refused
from handrail.access.inputs import number
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.case_access.open_steps import OpenSteps
from handrail.cases.engine.record import Record
from handrail.cases.loading import AccessLevel, of_case, shown
from handrail.cases.models import Case
from handrail.cases.person import merging
from handrail.cases.person.matches.links import RecordsBeside
from handrail.cases.person.moving_over import asked_when_joining
from handrail.cases.person.other_referrals import earlier_than
from handrail.cases.person.views.beforehand import beforehand
from handrail.cases.timeline.left_open import Asking
from handrail.forms.sheet import Sheet, reason
from handrail.policy.deadlines import in_due_order
from handrail.policy.schema.codes import Code
from handrail.policy.schema.form import Kind, Question
from handrail.policy.step_kinds.kind import kind_of
from handrail.policy.step_kinds.merging import JOIN, UNMERGE, Merging

WHICH = Question(
    id="into", kind=Kind.CHOICE, label="Which case is about the same person?", missing="Select a case"
)


@page(Audience.CASE_READERS, logged_as="joining a case to another")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def merge(request: HttpRequest, case: Case) -> HttpResponse:
    """Choose the open case about the same person, give reasons, and merge."""
    person = person_of(request)
    record = refuse_unless_open(request, case, JOIN)
    beside = RecordsBeside.of(case)
    near, far = merging.alike_to(case, person, beside)
    shown(request, [*near, *(other.case for other in far)])
    choices = [Code(id=str(c.pk), label=f"{c.called}, {c.reference}", hint=stage_and_owner(c)) for c in near]
    why = reason(
        "How do you know that it is the same person?",
        "Say how you know that it is the same person",
        "It stands on both records.",
    )
    left = asked_when_joining(record, person)
    questions = (WHICH, *left.questions, why)
    sheet = Sheet(questions, case.pack, choices={"into": choices, **left.choices}).sent(request)
    if sheet.is_right():
        try:
            return _join(request, case, sheet, left)
        except Refused as refused:
            sheet.problem = refused.reason
    context = {
        "case": case,
        "sheet": sheet,
        "near": near,
        "due": in_due_order(record.pack, record.position.deadlines),
        "far": far,
        "known": beforehand(request, record, beside=beside),
        "earlier": earlier_than(case, person, beside=beside),
        "problem": sheet.problem,
    }
    return render(request, "person/join.html", context, status=sheet.status)


def _join(request: HttpRequest, case: Case, sheet: Sheet, left: Asking) -> HttpResponse:
    person = person_of(request)
    joined = merging.merge(
        case.pk,
        UUID(sheet.answer("into")),
        by=person,
        reason=sheet.answer("reason"),
        seen_version=seen(request, case),
        became=left.became(dict(sheet.reading.answers)),
    )
    messages.success(
        request, f"The referral belongs to case {joined.reference} now, which is looked at again."
    )
    there = Case.objects.filter(pk=joined.pk).worked_on_by(person).exists()
    return redirect("cases:case", joined.pk if there else case.pk)


@page(Audience.CASE_READERS, logged_as="taking joined cases apart")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def unmerge(request: HttpRequest, case: Case) -> HttpResponse:
    """Reopen a case that was merged into another, because it is about a different person."""
    refuse_unless_open(request, case, UNMERGE)
    why = reason("Why do they not belong together?", "Say why they do not belong together")
    sheet = Sheet((why,), case.pack).sent(request)
    if sheet.is_right():
        try:
            version = seen(request, case)
            merging.unmerge(
                case.pk, by=person_of(request), reason=sheet.answer("reason"), seen_version=version
            )
            messages.success(request, "The case is open again, with its referral.")
            return redirect("cases:case", case.pk)
        except Refused as refused:
            sheet.problem = refused.reason
    context = {"case": case, "sheet": sheet, "problem": sheet.problem}
    return render(request, "person/take-apart.html", context, status=sheet.status)


def refuse_unless_open(request: HttpRequest, case: Case, kind: Merging) -> Record:
    """Return the record of the case. Raises Http404 for a user who may not take a step of this kind now."""
    record = Record.of(case)
    open_steps = OpenSteps(record, person_of(request), timezone.localdate())
    if not any(kind_of(step) is kind for step in open_steps.to_begin()):
        raise Http404
    return record


def seen(request: HttpRequest, case: Case) -> int:
    """Return the version of the case that the page showed; 0, always stale, where the form has none."""
    return number(request.POST.get("seen_version", "")) or 0


def stage_and_owner(case: Case) -> str:
    """Return the stage and owner of a case in a sentence."""
    owner = case.owner.name if case.owner else "nobody"
    return f"{case.stage.title} since {case.stage_since:%-d %b %Y}, owned by {owner}"
