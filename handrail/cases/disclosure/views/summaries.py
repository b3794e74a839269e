"""Pages of summaries and redacted versions, and what is shared with the user."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handrail.access.audience import Audience
from handrail.access.errors import Refused
from handrail.access.inputs import identifier
from handrail.access.models import Grant, Verb
from handrail.access.pages import Menu, page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.disclosure import summary_actions
from handrail.cases.disclosure.redaction import marked
from handrail.cases.disclosure.share_actions import end_of
from handrail.cases.disclosure.shares import shares_with
from handrail.cases.disclosure.views import sharing as forms
from handrail.cases.loading import AccessLevel, of_case, shown
from handrail.cases.models import Case
from handrail.cases.models.summary import Redacted, Redaction, Summary
from handrail.cases.timeline.entries import chronology
from handrail.forms.sheet import Sheet, reason
from handrail.organisations.capabilities import OVERSEES, Capability
from handrail.organisations.models import Person
from handrail.policy.schema.form import Kind, Question
from handrail.sign_in.again import freshly_proven_to_send

WHY_WITHDRAWN = reason("Why is it withdrawn?", "Say why it is withdrawn, then try again.")
RECIPIENT = Question(
    id="recipient",
    kind=Kind.TEXT,
    label="Who is it for?",
    missing="Say who the copy is for, then try again.",
)


@page(Audience.CASE_READERS, logged_as="the summaries of a case")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def summaries(request: HttpRequest, case: Case) -> HttpResponse:
    """List the summaries of a case, and make another from its entries."""
    person = person_of(request)
    entries = chronology(case, person)
    events = [event for event in reversed(entries) if not event.withheld]
    sheet = forms.summarising(request, events)
    if sheet.is_right():
        try:
            chosen = set(map(int, sheet.answers("entry")))
            made = summary_actions.summarise(case.pk, by=person, title=sheet.answer("title"), numbers=chosen)
            return redirect("cases:summary", case.pk, made.pk)
        except Refused as refused:
            sheet.wrong("entry", refused.reason)
    context = {
        "case": case,
        "events": events,
        "withheld": len(entries) - len(events),
        "sheet": sheet,
        "made": list(readable(case, request).order_by("-at")),
    }
    return render(request, "disclosure/summaries.html", context, status=sheet.status)


def readable(case: Case, request: HttpRequest) -> QuerySet[Summary]:
    """Return the summaries of a case that the user's vetting reaches."""
    return case.summaries.filter(level__lte=person_of(request).vetting).select_related("by")


def summary_of(request: HttpRequest, case: Case, summary_id: UUID) -> Summary:
    """Return a summary of the case. 404 where the user's vetting does not reach it."""
    summary: Summary = get_object_or_404(readable(case, request), pk=summary_id)
    summary.case = case
    return summary


@page(Audience.CASE_READERS, logged_as="a summary of a case")
@require_GET
@of_case(AccessLevel.WHOLE)
def summary(request: HttpRequest, case: Case, summary_id: UUID) -> HttpResponse:
    """Show a summary and its redacted versions."""
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
@of_case(AccessLevel.WHOLE)
def redact(request: HttpRequest, case: Case, summary_id: UUID) -> HttpResponse:
    """Decide entry by entry what leaves, show exactly that, and save it as a redacted version."""
    person = person_of(request)
    found = summary_of(request, case, summary_id)
    sheet = forms.redacting(request, found, person)
    if sheet.page == sheet.last and sheet.shared and "keep" in request.POST:
        return _keep_redacted(request, found, sheet)
    context = {
        "case": case,
        "summary": found,
        "marking": case.pack.marking_by_id[found.marking],
        "sheet": sheet,
        "remains": summary_actions.preview(found, sheet.answer("title"), sheet.out, sheet.words)
        if sheet.page == sheet.last
        else None,
        "struck": partial(marked, words=sheet.words),
    }
    return render(request, "disclosure/redact.html", context, status=sheet.status)


def _keep_redacted(request: HttpRequest, summary: Summary, sheet: forms.Redacting) -> HttpResponse:
    made = summary_actions.make_redacted(
        summary,
        by=person_of(request),
        title=sheet.answer("title"),
        out=sheet.out,
        words=sheet.words,
        marking=summary.case.pack.marking_by_id[sheet.answer("marking")],
    )
    messages.success(request, "The redacted version is kept. Nothing leads from it to what was taken out.")
    return redirect("cases:redacted", made.pk)


@page(Audience.CASE_READERS, logged_as="a redacted version")
@require_http_methods(["GET", "POST"])
@freshly_proven_to_send
def redacted(request: HttpRequest, redacted_id: UUID) -> HttpResponse:
    """Show a redacted version to its readers; users who work on its case can share it."""
    found = readable_redacted(request, redacted_id)
    person = person_of(request)
    redaction = redaction_of(request, found)
    looked(request, [found.pk] + ([redaction.case_id] if redaction else []))
    may_share = redaction is not None and person.may(Capability.SHARE)
    sheet = forms.sharing(request)
    if sheet.is_sent and not may_share:
        raise Http404
    if sheet.is_right() and redaction:
        try:
            _share(request, redaction, sheet)
            return redirect("cases:redacted", found.pk)
        except Refused as refused:
            sheet.problem = refused.reason
    context = {
        "redacted": found,
        "redaction": redaction,
        "shares": list(Grant.objects.live().filter(record=found.pk)) if redaction else [],
        "may_share": may_share,
        "sheet": sheet,
        "errors": sheet.errors | ({"to": sheet.problem} if sheet.problem else {}),
    }
    return render(request, "disclosure/redacted.html", context, status=sheet.status)


def _share(request: HttpRequest, redaction: Redaction, sheet: forms.Sharing) -> None:
    to, until = sheet.to, sheet.day("until")
    if to is None or until is None:
        return
    given = {name: sheet.answer(name) for name in ("reason", "basis", "controller")}
    summary_actions.share(redaction, to, by=person_of(request), until=end_of(until), **given)
    until_day = f"until {until:%-d %B %Y}"
    messages.success(request, f"Shared with {to} {until_day}. They will find it under their notices.")


def readable_redacted(request: HttpRequest, redacted_id: UUID) -> Redacted:
    """Return a redacted version. 404 where it does not exist or the user may not read it."""
    versions = Redacted.objects.visible_to(person_of(request))
    return get_object_or_404(versions, pk=redacted_id)


def redaction_of(request: HttpRequest, redacted: Redacted) -> Redaction | None:
    """Return the source of a redacted version, for a user who works on its case; None for others."""
    cases = Case.objects.changed_by(person_of(request))
    found = Redaction.objects.filter(redacted=redacted, case__in=cases)
    return found.select_related("case__force", "source").first()


@page(Audience.CASE_READERS, logged_as="withdrawing a redacted version")
@require_POST
def withdraw(request: HttpRequest, redacted_id: UUID) -> HttpResponse:
    """End a share of a redacted version."""
    found = readable_redacted(request, redacted_id)
    redaction = redaction_of(request, found)
    if redaction is None or not person_of(request).may(Capability.SHARE):
        raise Http404
    grant = get_object_or_404(Grant.objects.live().filter(record=found.pk), pk=grant_id(request))
    sheet = Sheet((WHY_WITHDRAWN,)).sent(request)
    if sheet.is_right():
        summary_actions.withdraw(grant, redaction, by=person_of(request), reason=sheet.answer("reason"))
        messages.success(request, "It is not shared any more.")
    else:
        messages.error(request, sheet.errors["reason"])
    return redirect("cases:redacted", found.pk)


def grant_id(request: HttpRequest) -> UUID:
    """Return the grant id from the form. 404 where it is not a UUID."""
    if (found := identifier(request.POST.get("grant", ""))) is None:
        raise Http404
    return found


@page(Audience.CASE_READERS, logged_as="a copy of a redacted version")
@require_POST
@freshly_proven_to_send
def copy(request: HttpRequest, redacted_id: UUID) -> HttpResponse:
    """Return a redacted version as an HTML file for a named recipient, and log it as disclosed."""
    found = readable_redacted(request, redacted_id)
    sheet = Sheet((RECIPIENT,)).sent(request)
    if not sheet.is_right():
        messages.error(request, sheet.errors["recipient"])
        return redirect("cases:redacted", found.pk)
    recipient = sheet.answer("recipient")
    looked(request, [found.pk], Verb.DISCLOSED, recipient=recipient, reason="A copy was made.")
    file = render_to_string("disclosure/redacted-copy.html", {"redacted": found, "recipient": recipient})
    answer = HttpResponse(file, content_type="text/html; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="redacted.html"'
    return answer


def only_invited(person: Person) -> bool:
    """Return whether a person sees cases by invitation or share, and oversees none."""
    return person.may(Capability.BE_INVITED) and not person.may(*OVERSEES)


@page(
    Audience.CASE_READERS,
    logged_as="what is shared with somebody",
    menu=Menu("Shared with you", 40, offered_to=only_invited),
)
@require_GET
def shared(request: HttpRequest) -> HttpResponse:
    """List what is shared with this user or their body, how much of each they can read, and until when."""
    person = person_of(request)
    found = shares_with(person)
    shown(request, [share.case for share in found if share.case])
    looked(request, [share.redacted.pk for share in found if share.redacted], Verb.LISTED)
    return render(request, "disclosure/shared.html", {"found": found})
