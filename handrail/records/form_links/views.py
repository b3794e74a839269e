"""Answering a form by a link, without an account: the code, the form on one page, and the receipt."""

from http import HTTPStatus

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from handrail.access.audience import Audience
from handrail.access.models import Verb
from handrail.access.origin import origin_of
from handrail.access.pages import page
from handrail.access.reading import looked
from handrail.policy.answers import Typed
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink
from handrail.records.form_links.receivers import AskedForm, CannotBeTaken, Errors, WrongAnswers
from handrail.sign_in import throttle
from handrail.sign_in.throttle import Claim

log = structlog.get_logger("handrail.form_links")

# What the session holds: the secret of the link, the digest of the code that opened it, the link answered.
ARRIVED, OPENED, ANSWERED = "form-link", "form-link-opened", "form-link-answered"
READ_OR_SEND = ("GET", "HEAD", "POST")
WRONG_CODE = "Enter the code that you were told. After 5 wrong codes you need a new one."
SHOWN = "The form that they were sent by link"
KEPT = "We have kept what you typed. To continue, enter the code again, today or until {:%-d %B %Y}."


@page(Audience.PUBLIC)
@require_safe
@sensitive_variables("secret")
def arrive(request: HttpRequest, secret: str) -> HttpResponse:
    """Move the secret from the address into the session, so that no history and no other site learns it."""
    for name in (ARRIVED, OPENED, ANSWERED):
        request.session.pop(name, None)
    if acts.find(secret):  # so that made-up secrets fill no sessions
        request.session[ARRIVED] = secret
    return redirect("form_links:code")


@page(Audience.PUBLIC)
@sensitive_post_parameters("code")
@require_http_methods(READ_OR_SEND)
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code. The page reveals nothing of the record or the form."""
    link = _link(request)
    if link is None or not link.is_open() or link.is_locked:
        return _gone(request, link)
    error = ""
    if request.method == "POST":
        if wait := throttle.take([Claim(throttle.FORM_CODES, throttle.place(origin_of(request)))]):
            error = f"Too many codes were tried from here. Try again in {wait.seconds // 60 + 1} minutes."
            return _code(request, link, error, HTTPStatus.TOO_MANY_REQUESTS)
        if acts.opens(link, request.POST.get("code", "")):
            request.session.cycle_key()
            request.session[OPENED] = link.code
            log.info("form link opened")
            return redirect("form_links:form")
        log.warning("form link refused", process="wrong code")
        error = WRONG_CODE
    return _code(request, link, error, HTTPStatus.UNPROCESSABLE_ENTITY)


@page(Audience.PUBLIC, logged_as="a form that is answered by a link")
@require_http_methods(READ_OR_SEND)
def form(request: HttpRequest) -> HttpResponse:
    """Show the form to a browser that gave the code; keep what is typed, and take the answer."""
    link = _link(request)
    if link and _has_answered(request, link):
        return _refused(request, "sent", redirect("form_links:receipt"))
    if link is None or not _has_code(request, link):
        return _refused(request, "code", redirect("form_links:code"))
    if not link.is_open():
        return _refused(request, "gone", _gone(request, link))
    try:
        asked = acts.form_of(link)
        if request.method == "POST":
            return _save(request, link, asked)
        return _form(request, link, asked, link.typed, {})
    except CannotBeTaken as refused:
        return _refused(request, "gone", _gone(request, link, str(refused)))


@page(Audience.PUBLIC)
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """Show the receipt to the browser that sent the answer. It reveals nothing of the record."""
    link = _link(request)
    if link is None or not _has_answered(request, link):
        return redirect("form_links:code")
    return render(request, "form_links/receipt.html", {"link": link})


def _save(request: HttpRequest, link: FormLink, asked: AskedForm) -> HttpResponse:
    """Keep what was typed for later, or send it; what cannot be sent yet is kept and shown again."""
    typed = asked.typed(request.POST)
    if _is_by_itself(request):
        acts.save_draft(link, typed)
        return JsonResponse({"saved": f"{timezone.localtime():%H:%M}"})
    if "later" in request.POST:
        acts.save_draft(link, typed)
        del request.session[OPENED]
        messages.success(request, KEPT.format(link.until))
        return redirect("form_links:code")
    try:
        acts.answer(link, typed)
    except WrongAnswers as wrong:
        acts.save_draft(link, typed)
        return _form(request, link, asked, typed, wrong.errors)
    del request.session[OPENED]
    request.session[ANSWERED] = str(link.pk)
    log.info("form link answered")
    return redirect("form_links:receipt")


def _is_by_itself(request: HttpRequest) -> bool:
    """Return whether the page saves by itself, by `web/autosave.js`."""
    return bool(request.headers.get("X-Autosave"))


def _refused(request: HttpRequest, why: str, page: HttpResponse) -> HttpResponse:
    """Return a page, or the reason for `web/autosave.js` where the form saves by itself."""
    return JsonResponse({why: True}, status=HTTPStatus.CONFLICT) if _is_by_itself(request) else page


def _has_code(request: HttpRequest, link: FormLink) -> bool:
    """Return whether this browser gave the code that the link has now."""
    return bool(link.code) and constant_time_compare(request.session.get(OPENED, ""), link.code)


def _has_answered(request: HttpRequest, link: FormLink) -> bool:
    """Return whether this browser sent the answer of the link."""
    return link.answered_at is not None and request.session.get(ANSWERED) == str(link.pk)


def _link(request: HttpRequest) -> FormLink | None:
    """Return the link with which this browser arrived, or None."""
    return acts.find(request.session.get(ARRIVED, ""))


def _code(request: HttpRequest, link: FormLink, error: str, status: HTTPStatus) -> HttpResponse:
    context = {"link": link, "errors": {"code": error} if error else {}}
    return render(request, "form_links/code.html", context, status=status if error else HTTPStatus.OK)


def _gone(request: HttpRequest, link: FormLink | None, said: str = "") -> HttpResponse:
    """Say why a link no longer works, and what to do."""
    status = HTTPStatus.GONE if link else HTTPStatus.NOT_FOUND
    return render(request, "form_links/gone.html", {"link": link, "said": said}, status=status)


def _form(
    request: HttpRequest, link: FormLink, asked: AskedForm, typed: Typed, errors: Errors
) -> HttpResponse:
    """Show the form, and log the disclosure on its record."""
    looked(request, [link.record], Verb.DISCLOSED, reason=SHOWN, recipient=link.to)
    context = {
        "link": link,
        "form": asked.form,
        "sections": asked.sections(typed, errors),
        "errors": errors,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "form_links/form.html", context, status=status)
