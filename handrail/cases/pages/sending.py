"""Sending a form: its act is carried out once, or the page says why not and keeps what was typed."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from handrail.access.errors import Refused
from handrail.access.given import given_to
from handrail.access.inputs import number
from handrail.access.views.people import person_of
from handrail.cases.drafts.filling import Filling, digest_of
from handrail.cases.errors import InvalidAnswers, NotNow
from handrail.cases.intake.sent_to import said_of
from handrail.cases.registers.personal import TELLS_SOMEBODY, reminders_of
from handrail.organisations.models import Person
from handrail.records.drafts import Draft, drafts_of, submit

SEND = "send"  # the button of a page from which a form is sent without a page to check it
SHOWN = "shown"
CHANGED_ELSEWHERE = (
    "An answer was changed, perhaps in another tab, after this page was shown. Check the answers again."
)
KEPT_FROM_YOU = (
    "“{}” is recorded. The name now on record is close to your own, so you do not see the case any more "
    "until somebody else who works on it says that it is not about you."
)
SENT_BEFORE = (
    "This form was sent or discarded before, perhaps in another tab. What you typed last was not added to it."
)


class Way(Protocol):
    """The addresses of a draft's pages, for a signed-in user or on the public form."""

    def section(self, draft: Draft, section: str) -> str: ...
    def check(self, draft: Draft) -> str: ...
    def later(self, draft: Draft) -> str: ...
    def done(self, draft: Draft) -> str: ...


@dataclass(frozen=True, slots=True)
class Unsent:
    """Why a form was not sent, empty where the errors at its answers say it; and the status of its page."""

    problem: str
    status: int


def load_target(draft: Draft, person: Person) -> None:
    """Set the draft's record, as its author sees it now."""
    draft.target = drafts_of(draft.target_kind).target(draft.target_id, person) if draft.target_id else None


def seen_version(request: HttpRequest) -> int | None:
    """Return the version of the record that the posting page showed; None where it says none."""
    return number(request.POST.get("seen_version", ""))


def send(request: HttpRequest, filling: Filling, way: Way) -> HttpResponse | Unsent:
    """Carry out the act of a form and go to its result, or return why it was not sent."""
    draft = filling.draft
    if reminder := unconfirmed(request, filling):
        return Unsent(reminder, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        if not _submit(request, filling):
            return _sent_meanwhile(request, draft, way)
        _say_what_was_sent(request, filling)
        return redirect(way.done(draft))
    except InvalidAnswers as invalid:
        return Unsent(_said_nowhere_else(filling, invalid), HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        draft.refresh_from_db()
        if draft.person_id:
            load_target(draft, person_of(request))
        return Unsent(refused.reason, HTTPStatus.CONFLICT)


def sent_before(request: HttpRequest, draft: Draft, way: Way) -> HttpResponse:
    """Answer a page whose form was sent or discarded in another tab: nothing is saved."""
    if request.headers.get("X-Autosave"):
        return JsonResponse({"sent": True}, status=HTTPStatus.CONFLICT)
    if request.method == "POST":
        messages.warning(request, SENT_BEFORE)
    return redirect(way.check(draft))


def _said_nowhere_else(filling: Filling, invalid: InvalidAnswers) -> str:
    """Return the first error that belongs to none of the questions shown; empty without one."""
    shown = filling.read(filling.asked).errors
    return next((message for name, message in invalid.errors.items() if name not in shown), "")


def _sent_meanwhile(request: HttpRequest, draft: Draft, way: Way) -> HttpResponse:
    """Redirect to the result of a draft that was sent meanwhile, or say that it was discarded."""
    draft.refresh_from_db(fields=["made_id"])
    if draft.made_id:
        return redirect(way.done(draft))
    return sent_before(request, draft, way)


def _submit(request: HttpRequest, filling: Filling) -> bool:
    """Send a draft against the case version that its page showed; False if it was sent or discarded."""
    draft = filling.draft
    with transaction.atomic():
        filling.catch_up()
        if draft.submitted_at:
            return False
        _refuse_what_was_not_shown(request, draft)
        version = seen_version(request)
        if draft.target_id and version is not None and version != draft.seen_version:
            draft.seen_version = version
            draft.save(update_fields=["seen_version", "updated_at"])
        by = person_of(request) if draft.person_id else None
        draft.made_id = submit(draft.pk, by=by, marking=request.POST.get("marking", ""))
        return True


def _refuse_what_was_not_shown(request: HttpRequest, draft: Draft) -> None:
    """Raise NotNow where the answers differ from those the page showed, as after a change in another tab."""
    digest = request.POST.get(SHOWN)
    if digest and digest_of(draft.typed) != digest:
        raise NotNow(CHANGED_ELSEWHERE)


def _say_what_was_sent(request: HttpRequest, filling: Filling) -> None:
    """Say that a step is recorded and what Handrail sent to whom; warn a user who lost access to the case."""
    draft = filling.draft
    if filling.case:
        sends = said_of(filling.case, draft.pack, filling.step, filling.answers)
        messages.success(request, f"“{filling.step.title}” is recorded. {sends}".strip())
    if draft.target_id and draft.target_id in given_to(person_of(request)).kept_from:
        messages.warning(request, KEPT_FROM_YOU.format(filling.step.title))


def unconfirmed(request: HttpRequest, filling: Filling) -> str:
    """Return the reminder to confirm that a text identifies nobody; empty where none is needed."""
    return "" if "tells-nobody" in request.POST or not reminders_of(filling) else TELLS_SOMEBODY
