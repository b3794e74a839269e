"""Pages for samples that inspectors may read: list, choose, end."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from handrail.access.audience import Audience
from handrail.access.errors import Refused
from handrail.access.grant_forms import WHY_END
from handrail.access.models import Sample
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.case_access import inspections
from handrail.cases.case_access.views.inspection_forms import WAYS, sampling
from handrail.cases.models import Case
from handrail.forms.sheet import Sheet, choice
from handrail.govuk.paging import paged
from handrail.organisations.models import Organisation
from handrail.policy.schema.codes import Code
from handrail.records.packs import current_pack
from handrail.sign_in.again import freshly_proven


@page(Audience.SAMPLERS, menu=Menu("Samples", 51))
@require_GET
def samples(request: HttpRequest) -> HttpResponse:
    """List every sample chosen for an inspector, the newest first."""
    rows = Sample.objects.select_related("inspector", "by", "ended_by").annotate(cases=Count("grants"))
    listing = paged(rows.order_by("-since", "pk"), request)
    return render(request, "case_access/samples.html", {"listing": listing})


@page(Audience.SAMPLERS)
@require_http_methods(["GET", "POST"])
@freshly_proven
def new_sample(request: HttpRequest) -> HttpResponse:
    """Choose cases that an inspector may read until a date."""
    sheet = _sheet().sent(request)
    limits = current_pack().access
    sheet.expect_day_within("last-day", limits.sample_days)
    if sheet.is_right() and _draw(request, sheet):
        return redirect("cases:samples")
    context = {"sheet": sheet, "limits": limits}
    return render(request, "case_access/sample.html", context, status=sheet.status)


def _sheet() -> Sheet:
    choices = {
        "inspector": _codes(inspections.inspectors().values_list("pk", "name")),
        "way": WAYS,
        "force": _codes(Organisation.objects.forces().values_list("pk", "name")),
    }
    return Sheet(sampling(current_pack()), current_pack(), choices=choices)


def _codes(named: Iterable[tuple[UUID, str]]) -> list[Code]:
    return [choice(key, name) for key, name in named]


def _draw(request: HttpRequest, sheet: Sheet) -> bool:
    """Choose the sample that the form describes; return False, with an error on the form, if refused."""
    person = person_of(request)
    cases, chosen, name = _chosen(request, sheet)
    if sheet.errors:
        return False
    last_day = sheet.day("last-day")
    inspector = inspections.inspectors().get(pk=sheet.answer("inspector"))
    if last_day is None:
        return False
    try:
        inspections.choose(
            cases, inspector, by=person, chosen=chosen, reason=sheet.answer("reason"), last_day=last_day
        )
    except Refused as refused:
        sheet.errors[name] = refused.reason
        return False
    hidden = sum(not case.readable_by(inspector) for case in cases)
    number = f"{len(cases) - hidden} of {len(cases)}" if hidden else f"{len(cases)}"
    words = f"{inspector.name} may read {number} {'case' if len(cases) == 1 else 'cases'}."
    higher = f" Of the other {hidden} they see nothing, because they do not have the vetting for the marking."
    messages.success(request, words + (higher if hidden else ""))
    return True


def _chosen(request: HttpRequest, sheet: Sheet) -> tuple[list[Case], str, str]:
    """Return the cases that the form asks for, how they were chosen, and the field that shows an error."""
    person = person_of(request)
    if sheet.answer("way") == "references":
        cases, unknown = inspections.cases_called(sheet.answer("references"), person)
        if unknown:
            sheet.errors["references"] = f"These cannot be chosen: {', '.join(unknown)}. Check or remove them"
        return cases, "By their references", "references"
    first, last = sheet.day("from"), sheet.day("until")
    if first is None or last is None or last < first:
        sheet.errors["until-day"] = "Enter a day that is not before the first"
        return [], "", "number"
    named = sheet.answer("force")
    force = Organisation.objects.forces().filter(pk=named).first() if named else None
    seed = sheet.answer("seed") or inspections.new_seed()
    draw = inspections.Draw(force, first, last, int(sheet.answer("number")), seed)
    return draw.cases(person), str(draw), "number"


@page(Audience.SAMPLERS)
@require_http_methods(["GET", "POST"])
def end_sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """End a sample now. 404 for one that has ended."""
    sample = get_object_or_404(Sample.objects.select_related("inspector"), pk=sample_id)
    if not sample.is_live():
        raise Http404
    sheet = Sheet(WHY_END, current_pack()).sent(request)
    if sheet.is_right():
        inspections.end(sample, by=person_of(request), reason=sheet.answer("reason"))
        messages.success(request, f"{sample.inspector.name} no longer reads these cases.")
        return redirect("cases:samples")
    return render(
        request, "case_access/end-sample.html", {"sample": sample, "sheet": sheet}, status=sheet.status
    )
