"""Checks before a public page acts: rate limits, and the code that confirms an email address."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from handrail.access.origin import origin_of
from handrail.cases.drafts.filling import Filling
from handrail.cases.intake import confirming, contacts, limits
from handrail.cases.intake.limits import Act, Caller
from handrail.policy.schema.form import Meaning
from handrail.records.drafts import Draft

NOT_THE_CODE = (
    "Enter the code from the newest email. If it is more than 15 minutes old, or was typed wrong 5 times, "
    "get a new one."
)


def caller_of(request: HttpRequest, draft: Draft | None = None) -> Caller:
    """Return the visitor as the rate limits count them."""
    return Caller(origin_of(request) or "", contacts.given_in(draft).email if draft else "")


def pass_or_wait(request: HttpRequest, act: Act, draft: Draft | None = None) -> HttpResponse | None:
    """Count an act and return None; over a limit, return the page that says when and how to go on."""
    when = limits.admit(act, caller_of(request, draft))
    return _wait(request, act, draft, when) if when else None


def _wait(request: HttpRequest, act: Act, draft: Draft | None, when: datetime) -> HttpResponse:
    context = {"act": act, "draft": draft, "when": when, "section": _section_of_email(draft)}
    response = render(request, "pages/wait.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(max(int((when - timezone.now()).total_seconds()), 1))
    return response


def _section_of_email(draft: Draft | None) -> str:
    """Return the section of the form that asks for the sender's email address; empty without one."""
    asked = Filling(draft).asked if draft else []
    means = Meaning.REFERRER_EMAIL
    return next((s.id for s in asked if any(question.means is means for question in s.questions)), "")


def before_sending(request: HttpRequest, draft: Draft) -> HttpResponse | None:
    """Return the page that precedes sending a public referral, its code or a wait; None to send it now."""
    filling = Filling(draft)
    if draft.submitted_at or filling.read(filling.asked).errors:
        return None
    if contacts.is_confirmed(draft):
        return pass_or_wait(request, Act.SEND_CONFIRMED, draft)
    if _asks_for_code(request, draft):
        return pass_or_wait(request, Act.CODE, draft) or _ask(draft)
    return pass_or_wait(request, Act.SEND, draft)


def _asks_for_code(request: HttpRequest, draft: Draft) -> bool:
    """Return whether a code is needed first: an address is given, mail is sent, and the sender wants it."""
    wants = "unconfirmed" not in request.POST
    return wants and confirming.can_be_asked() and bool(contacts.given_in(draft).email)


def _ask(draft: Draft) -> HttpResponse:
    confirming.ask(draft)
    return redirect("cases:refer-confirm", draft.pk)


def code_page(request: HttpRequest, draft: Draft, error: str = "") -> HttpResponse:
    """Render the page that asks for the code. The page is the same whether or not the email arrives."""
    email = contacts.given_in(draft).email
    context = {"draft": draft, "email": email, "error": error, "section": _section_of_email(draft)}
    return render(
        request, "pages/confirm.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if error else 200
    )
