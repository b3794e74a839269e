"""A referrer's own referrals and the dialogue about each; no details of any case."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from handrail.access.audience import Audience
from handrail.access.inputs import identifier
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.intake.dialogue import Thread, threads_of
from handrail.cases.intake.referring import may_refer
from handrail.cases.models import Receipt
from handrail.govuk.paging import paged
from handrail.policy.answers import Typed
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink
from handrail.records.form_links.receivers import AskedForm, CannotBeTaken, Errors, WrongAnswers

RECEIVED = "We have received your answer. Your receipt is {}."
NOT_AWAITED = "This question does not need an answer any more. Nothing was sent."


@page(Audience.SIGNED_IN, menu=Menu("Your referrals", 81, offered_to=may_refer))
@require_GET
def own_referrals(request: HttpRequest) -> HttpResponse:
    """List the user's own referrals: when each was received, and the latest turn of its dialogue."""
    person = person_of(request)
    listing = paged(Receipt.objects.of(person), request)
    threads = threads_of(listing.rows, person)
    return render(request, "intake/own-referrals.html", {"listing": listing, "threads": threads})


@page(Audience.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def own_referral(request: HttpRequest, receipt_id: UUID) -> HttpResponse:
    """Show the dialogue about one of the user's own referrals, and take the answer to a question."""
    person = person_of(request)
    receipt = get_object_or_404(Receipt.objects.of(person), pk=receipt_id)
    (thread,) = threads_of([receipt], person)
    link, asked = thread.awaited, None
    try:
        asked = acts.form_of(link) if link else None
        if request.method == "POST":
            return _answer(request, thread, link, asked)
    except CannotBeTaken:
        if request.method == "POST":
            return _not_awaited(request, thread)
    return _thread(request, thread, asked)


def _answer(
    request: HttpRequest, thread: Thread, link: FormLink | None, asked: AskedForm | None
) -> HttpResponse:
    """Take the answer to the question that the page showed; a page sent twice answers nothing else."""
    if link is None or asked is None or identifier(request.POST.get("question", "")) != link.pk:
        return _not_awaited(request, thread)
    typed = asked.typed(request.POST)
    try:
        acts.answer(link, typed)
    except WrongAnswers as wrong:
        return _thread(request, thread, asked, typed, wrong.errors)
    messages.success(request, RECEIVED.format(link.receipt))
    return redirect("cases:own-referral", thread.receipt.pk)


def _not_awaited(request: HttpRequest, thread: Thread) -> HttpResponse:
    messages.warning(request, NOT_AWAITED)
    return redirect("cases:own-referral", thread.receipt.pk)


def _thread(
    request: HttpRequest,
    thread: Thread,
    asked: AskedForm | None,
    typed: Typed | None = None,
    errors: Errors | None = None,
) -> HttpResponse:
    sections = asked.sections(typed or {}, errors or {}) if asked else []
    context = {"thread": thread, "asked": asked, "sections": sections, "errors": errors or {}}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "intake/own-referral.html", context, status=status)
