"""Answering a form by a link, without an account: the code, the form on one page, and the receipt."""

from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from handrail.access.audience import Audience
from handrail.access.models import Verb
from handrail.access.origin import origin_of
from handrail.access.pages import page
from handrail.access.reading import looked
from handrail.forms.fields import fields_of, input_names
from handrail.policy.answers import Typed
from handrail.records.form_links import acts
from handrail.records.form_links.models import FormLink
from handrail.records.form_links.receivers import AskedForm, CannotBeTaken, Errors, WrongAnswers
from handrail.sign_in import throttle
from handrail.sign_in.throttle import Claim

log = structlog.get_logger("handrail.form_links")

ARRIVED, OPENED = "form-link", "form-link-opened"
READ_OR_SEND = ("GET", "HEAD", "POST")
WRONG_CODE = "Enter the code that you were told. After five wrong ones you need a new code."
SHOWN = "The form that they were sent by link"


@page(Audience.PUBLIC)
@require_safe
@sensitive_variables("secret")
def arrive(request: HttpRequest, secret: str) -> HttpResponse:
    """Move the secret from the address into the session, so that no history and no other site learns it."""
    request.session[ARRIVED] = secret
    request.session.pop(OPENED, None)
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
            request.session[OPENED] = str(link.pk)
            log.info("form link opened", link=str(link.pk))
            return redirect("form_links:form")
        log.warning("form link refused", link=str(link.pk), process="wrong code")
        error = WRONG_CODE
    return _code(request, link, error, HTTPStatus.UNPROCESSABLE_ENTITY)


@page(Audience.PUBLIC, logged_as="a form that is answered by a link")
@require_http_methods(READ_OR_SEND)
def form(request: HttpRequest) -> HttpResponse:
    """Show the form to a browser that gave the code, and take the answer."""
    link = _link(request)
    if link is None or request.session.get(OPENED) != str(link.pk):
        return redirect("form_links:code")
    if link.answered_at:
        return redirect("form_links:receipt")
    if not link.is_open():
        return _gone(request, link)
    try:
        asked = acts.form_of(link)
        if request.method != "POST":
            return _form(request, link, asked, {}, {})
        typed = _typed(request, asked)
        try:
            acts.answer(link, typed)
        except WrongAnswers as wrong:
            return _form(request, link, asked, typed, wrong.errors)
    except CannotBeTaken as refused:
        return _gone(request, link, str(refused))
    log.info("form link answered", link=str(link.pk))
    return redirect("form_links:receipt")


@page(Audience.PUBLIC)
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """Show the receipt to the browser that sent the answer. It reveals nothing of the record."""
    link = _link(request)
    if link is None or not link.answered_at or request.session.get(OPENED) != str(link.pk):
        return redirect("form_links:code")
    return render(request, "form_links/receipt.html", {"link": link})


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


def _typed(request: HttpRequest, asked: AskedForm) -> Typed:
    return {
        name: [value.replace("\x00", "") for value in request.POST.getlist(name)]
        for section in asked.form.sections
        for name in input_names(section, asked.options)
        if name in request.POST
    }


def _form(
    request: HttpRequest, link: FormLink, asked: AskedForm, typed: Typed, errors: Errors
) -> HttpResponse:
    """Show the form, and log the disclosure on its record."""
    looked(request, [link.record], Verb.DISCLOSED, reason=SHOWN, recipient=link.to)
    context = {
        "link": link,
        "form": asked.form,
        "sections": [
            (one, fields_of(one, typed, errors, asked.options, may_be_title=False))
            for one in asked.form.sections
        ],
        "errors": errors,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "form_links/form.html", context, status=status)
