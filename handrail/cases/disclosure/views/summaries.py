"""Summaries of a case, their redacted versions, and what was shared with somebody."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handrail.access.audience import Audience
from handrail.access.models import Grant, Verb
from handrail.access.pages import Menu, page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.disclosure import summarising
from handrail.cases.disclosure.redaction import passages
from handrail.cases.disclosure.shared import shares_with
from handrail.cases.disclosure.sharing import end_of
from handrail.cases.disclosure.views.sharing import Redacting, Sharing
from handrail.cases.errors import Refused
from handrail.cases.loading import Sight, of_case, shown
from handrail.cases.models import Case
from handrail.cases.models.summary import Redacted, Redaction, Summary
from handrail.cases.timeline.entries import chronology
from handrail.organisations.capabilities import OVERSEES, Capability
from handrail.organisations.models import Person
from handrail.sign_in.again import freshly_proven_to_send

WRONG = 422
CONFLICT = 409
TITLE_LENGTH = 200


@page(Audience.CASE_READERS, logged_as="the summaries of a case")
@require_http_methods(["GET", "POST"])
@of_case(Sight.WHOLE)
def summaries(request: HttpRequest, case: Case) -> HttpResponse:
    """The summaries of a case, and making another one from its entries."""
    person = person_of(request)
    events = chronology(case, person)
    title = request.POST.get("title", "").replace("\x00", "").strip()[:TITLE_LENGTH]
    chosen = {int(number) for number in request.POST.getlist("entry") if number.isdecimal()}
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = {} if title else {"title": "Enter a title"}
        errors |= {} if chosen else {"entry": "Select at least one entry"}
        try:
            if not errors:
                made = summarising.summarise(case.pk, by=person, title=title, numbers=chosen)
                return redirect("cases:summary", case.pk, made.pk)
        except Refused as refused:
            errors = {"entry": refused.reason}
    context = {
        "case": case,
        "events": [event for event in reversed(events) if not event.withheld],
        "withheld": sum(event.withheld for event in events),
        "title": title,
        "chosen": chosen,
        "errors": errors,
        "made": list(readable(case, request).order_by("-at")),
    }
    return render(request, "disclosure/summaries.html", context, status=WRONG if errors else 200)


def readable(case: Case, request: HttpRequest) -> QuerySet[Summary]:
    """The summaries of a case that this person may read."""
    return case.summaries.filter(level__lte=person_of(request).vetting).select_related("by")


def summary_of(request: HttpRequest, case: Case, summary_id: UUID) -> Summary:
    """A summary of this case that this person may read."""
    summary: Summary = get_object_or_404(readable(case, request), pk=summary_id)
    summary.case = case
    return summary


@page(Audience.CASE_READERS, logged_as="a summary of a case")
@require_GET
@of_case(Sight.WHOLE)
def summary(request: HttpRequest, case: Case, summary_id: UUID) -> HttpResponse:
    """A summary, and its redacted versions."""
    found = summary_of(request, case, summary_id)
    redactions = found.redactions.select_related("redacted", "by").order_by("-at")
    context = {
        "case": case,
        "summary": found,
        "marking": case.pack.marking_by_id[found.marking],
        "redactions": [one for one in redactions if one.redacted.level <= person_of(request).vetting],
    }
    return render(request, "disclosure/summary.html", context)


@page(Audience.CASE_READERS, logged_as="making a redacted version")
@require_http_methods(["GET", "POST"])
@of_case(Sight.WHOLE)
def redact(request: HttpRequest, case: Case, summary_id: UUID) -> HttpResponse:
    """Marking what is taken out of a summary, seeing what remains, and keeping that as an item of its own."""
    person = person_of(request)
    found = summary_of(request, case, summary_id)
    form = Redacting.of(found, person, request.POST)
    left: tuple[str, str] | None = None
    if request.method == "POST" and not form.errors:
        if "keep" in request.POST and form.marking:
            made = summarising.make_redacted(
                found, by=person, title=form.title, out=form.out, words=form.words, marking=form.marking
            )
            messages.success(
                request, "The redacted version is kept. Nothing leads from it to what was taken out."
            )
            return redirect("cases:redacted", made.pk)
        left = summarising.preview(found, form.title, form.out, form.words)
    context = {
        "case": case,
        "summary": found,
        "marking": case.pack.marking_by_id[found.marking],
        "lines": numbered(found.text),
        "form": form,
        "errors": form.errors,
        "left": left,
    }
    return render(request, "disclosure/redact.html", context, status=WRONG if form.errors else 200)


def numbered(text: str) -> list[list[tuple[int, str]]]:
    """The passages of a text line by line, each with its number; lines that say nothing are left out."""
    number, lines = 0, []
    for line in passages(text):
        lines.append([(number + place, passage) for place, passage in enumerate(line, 1)])
        number += len(line)
    return [line for line in lines if line]


@page(Audience.CASE_READERS, logged_as="a redacted version")
@require_http_methods(["GET", "POST"])
@freshly_proven_to_send
def redacted(request: HttpRequest, redacted_id: UUID) -> HttpResponse:
    """A redacted version, for who works on its case and for whom it was given; sharing it, for the first."""
    found = readable_redacted(request, redacted_id)
    person = person_of(request)
    redaction = redaction_of(request, found)
    looked(request, [found.pk] + ([redaction.case_id] if redaction else []))
    may_share = redaction is not None and person.may(Capability.SHARE)
    form = Sharing.of(request.POST)
    problem = ""
    if request.method == "POST":
        if redaction is None or not may_share:
            raise Http404
        try:
            if not form.read():
                summarising.share(
                    redaction,
                    form.to,
                    by=person,
                    reason=form.reason,
                    basis=form.basis,
                    controller=form.controller,
                    until=end_of(form.until),
                )
                until_day = f"until {form.until:%-d %B %Y}"
                messages.success(
                    request, f"Shared with {form.to} {until_day}. They will find it under their notices."
                )
                return redirect("cases:redacted", found.pk)
        except Refused as refused:
            problem = refused.reason
    context = {
        "redacted": found,
        "redaction": redaction,
        "shares": list(Grant.objects.live().filter(record=found.pk)) if redaction else [],
        "may_share": may_share,
        "form": form,
        "errors": form.errors | ({"to": problem} if problem else {}),
    }
    status = CONFLICT if problem else WRONG if form.errors else 200
    return render(request, "disclosure/redacted.html", context, status=status)


def readable_redacted(request: HttpRequest, redacted_id: UUID) -> Redacted:
    """A redacted version that this person may read; the answer is the same when it does not exist."""
    versions = Redacted.objects.visible_to(person_of(request))
    return get_object_or_404(versions, pk=redacted_id)


def redaction_of(request: HttpRequest, redacted: Redacted) -> Redaction | None:
    """Where a redacted version comes from, for who works on that case; None for others."""
    cases = Case.objects.changed_by(person_of(request))
    found = Redaction.objects.filter(redacted=redacted, case__in=cases)
    return found.select_related("case__force", "source").first()


@page(Audience.CASE_READERS, logged_as="withdrawing a redacted version")
@require_POST
def withdraw(request: HttpRequest, redacted_id: UUID) -> HttpResponse:
    """End that a redacted version is shared with somebody."""
    found = readable_redacted(request, redacted_id)
    redaction = redaction_of(request, found)
    if redaction is None or not person_of(request).may(Capability.SHARE):
        raise Http404
    grant = get_object_or_404(Grant.objects.live().filter(record=found.pk), pk=grant_id(request))
    reason = request.POST.get("reason", "").replace("\x00", "").strip()
    if not reason:
        messages.error(request, "Say why it is withdrawn, then try again.")
    else:
        summarising.withdraw(grant, redaction, by=person_of(request), reason=reason)
        messages.success(request, "It is not shared any more.")
    return redirect("cases:redacted", found.pk)


def grant_id(request: HttpRequest) -> UUID:
    """The grant that a form names."""
    try:
        return UUID(request.POST.get("grant", ""))
    except ValueError:
        raise Http404 from None


@page(Audience.CASE_READERS, logged_as="a copy of a redacted version")
@require_POST
@freshly_proven_to_send
def copy(request: HttpRequest, redacted_id: UUID) -> HttpResponse:
    """A copy of a redacted version as a file of its own, to print or to hand over; who gets it is logged."""
    found = readable_redacted(request, redacted_id)
    recipient = request.POST.get("recipient", "").replace("\x00", "").strip()[:200]
    if not recipient:
        messages.error(request, "Say for whom the copy is, then try again.")
        return redirect("cases:redacted", found.pk)
    looked(request, [found.pk], Verb.DISCLOSED, recipient=recipient, reason="A copy was made.")
    file = render_to_string("disclosure/redacted-copy.html", {"redacted": found, "recipient": recipient})
    answer = HttpResponse(file, content_type="text/html; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="redacted.html"'
    return answer


def only_invited(person: Person) -> bool:
    """Whether a person sees cases by what is shared with them, and oversees none."""
    return person.may(Capability.BE_INVITED) and not person.may(*OVERSEES)


@page(
    Audience.CASE_READERS,
    logged_as="what is shared with somebody",
    menu=Menu("Shared with you", 100, offered_to=only_invited),
)
@require_GET
def shared(request: HttpRequest) -> HttpResponse:
    """What was shared with this person or their body: of which cases and texts how much, and until when."""
    person = person_of(request)
    found = shares_with(person)
    shown(request, [share.case for share in found if share.case])
    looked(request, [share.redacted.pk for share in found if share.redacted], Verb.LISTED)
    return render(request, "disclosure/shared.html", {"found": found})
