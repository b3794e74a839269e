"""Filling in a form as a signed-in user: its pages, the page to check the answers, and sending it."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.drafts.beginning import first_page
from handrail.cases.drafts.filling import Filling, Saved
from handrail.cases.models import Case
from handrail.cases.pages.check_page import check_page
from handrail.cases.pages.section_page import (
    LEAVE,
    autosave_response,
    save_typed,
    say_not_asked,
    section_page,
    show_both,
)
from handrail.cases.pages.sending import SENT_BEFORE, load_target, sent_before
from handrail.records.drafts import Draft, drafts_of
from handrail.sign_in import lapsed
from handrail.sign_in.lapsed import is_kept, takes_up, typed_before

TYPED_BEFORE = "What you typed on this page could not be saved at the time. It is kept, and nothing was sent."
KEPT_ASIDE = (
    "What you typed last could not be saved. It is kept for an hour: open the same page of the draft to read "
    "it."
)


class StaffWay:
    """The addresses of a draft of a signed-in user."""

    def section(self, draft: Draft, section: str) -> str:
        return reverse("cases:section", args=[draft.pk, section])

    def check(self, draft: Draft) -> str:
        return reverse("cases:answers", args=[draft.pk])

    def later(self, draft: Draft) -> str:
        return drafts_of(draft.target_kind).left(draft)

    def done(self, draft: Draft) -> str:
        return drafts_of(draft.target_kind).sent(draft)


def own_draft(request: HttpRequest, draft_id: UUID) -> Draft:
    """Return the user's own draft. 404 for anyone else's, and where the user no longer sees its record."""
    person = person_of(request)
    draft = Draft.objects.filter(person=person, pk=draft_id).first()
    if draft is None:
        raise Http404
    draft.person = person
    load_target(draft, person)
    if draft.target_id and draft.target is None:
        raise Http404
    return draft


def lacks_access(request: HttpRequest, draft: Draft) -> bool:
    """Return whether a reason is needed before this draft can go on; if not, log the read of its record.

    What was typed stays in the draft.
    """
    if isinstance(draft.target, Case) and not draft.target.may_change:
        return True
    if draft.target:
        looked(request, [draft.target.pk])
    return False


@takes_up
@page(Audience.SIGNED_IN, logged_as="the form of a step")
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, draft_id: UUID, section: str) -> HttpResponse:
    """Show or save one page of a form."""
    draft = own_draft(request, draft_id)
    if draft.submitted_at and is_kept(request):
        return redirect("sign_in:kept")
    if lacks_access(request, draft):
        return keep_for_later(request, draft, section)
    typed = typed_before(request, person_of(request))
    return take_up(request, draft, section, typed) or section_page(request, draft, section, StaffWay())


def take_up(
    request: HttpRequest, draft: Draft, section_id: str, typed: QueryDict | None
) -> HttpResponse | None:
    """Move input kept from an ended session into the draft; return a page to show where that needs the user.

    The kept input is deleted only once the draft has it.
    """
    if typed is None:
        return None
    if LEAVE in typed:
        lapsed.let_go(request, person_of(request), typed)
        return None
    filling = Filling(draft)
    section, saved = save_typed(filling, section_id, typed)
    if saved is Saved.SENT:
        return redirect("sign_in:kept")
    if section is None or filling.section(section_id) is None:
        say_not_asked(request, section)
        return redirect("sign_in:kept")
    messages.info(request, TYPED_BEFORE)
    if saved is Saved.ELSEWHERE:
        return show_both(request, filling, section, typed, StaffWay())
    lapsed.let_go(request, person_of(request), typed)
    return None


def keep_for_later(request: HttpRequest, draft: Draft, section_id: str) -> HttpResponse:
    """Save what was typed as access ended, and ask for a reason to open the case."""
    if request.method == "POST" and LEAVE not in request.POST:
        _, saved = save_typed(Filling(draft), section_id, request.POST)
        if request.headers.get("X-Autosave"):
            return autosave_response(saved)
        if saved is Saved.SENT:
            messages.warning(request, SENT_BEFORE)
        elif saved is Saved.KEPT:
            lapsed.let_go(request, person_of(request), request.POST)
        else:
            lapsed.remember_sent(request, person_of(request))
            messages.warning(request, KEPT_ASIDE)
    return redirect("cases:open", draft.target_id)


@page(Audience.SIGNED_IN, logged_as="the answers of a draft")
@require_http_methods(["GET", "POST"])
def answers(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show the page to check the answers, and send them."""
    draft = own_draft(request, draft_id)
    if lacks_access(request, draft):
        return redirect("cases:open", draft.target_id)
    if request.method == "GET" and not draft.submitted_at and Filling(draft).is_unfinished_page:
        return redirect(first_page(draft))
    return check_page(request, draft, StaffWay())


@page(Audience.SIGNED_IN)
@require_POST
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Empty a draft that is no longer wanted; the worker deletes it later."""
    draft = own_draft(request, draft_id)
    lacks_access(request, draft)
    with transaction.atomic():
        Filling(draft).catch_up()
        if draft.submitted_at:
            return sent_before(request, draft, StaffWay())
        draft.typed, draft.submitted_at = {}, timezone.now()
        draft.save(update_fields=["typed", "submitted_at", "updated_at"])
    messages.success(request, "The draft was discarded. Nothing was recorded.")
    return redirect(StaffWay().later(draft))
