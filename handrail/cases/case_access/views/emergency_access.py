"""Pages for access with a reason: opening a case outside the user's caseload, and reviewing that."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from handrail.access.audience import Audience
from handrail.access.errors import Refused
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.case_access import access_reviews
from handrail.cases.case_access.emergency_access import open_with_reason, post_that_opens
from handrail.cases.errors import allowed
from handrail.cases.loading import AccessLevel, access_level_of, shown, visible_case
from handrail.forms.sheet import Sheet, reason
from handrail.govuk.paging import paged
from handrail.policy.schema.form import Kind, Question
from handrail.policy.schema.pack import Pack
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack


@page(Audience.CASE_READERS, logged_as="the question why a case is opened")
@require_http_methods(["GET", "POST"])
def open_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show the state of a case to a user who oversees it, and ask for a reason to open all of it."""
    case = visible_case(request, case_id)
    person = person_of(request)
    if access_level_of(case) is not AccessLevel.STATE:
        return redirect("cases:case", case.pk)
    case.subject = None
    sheet, refused = Sheet(why_open(case.pack), case.pack).sent(request), ""
    if sheet.is_right():
        try:
            given = sheet.answer("purpose"), sheet.answer("reason")
            open_with_reason(case, by=person, purpose=given[0], reason=given[1])
            return redirect("cases:case", case.pk)
        except Refused as error:
            refused = error.reason
    context = {
        "case": case,
        "sheet": sheet,
        "refused": refused,
        "may_open": allowed(post_that_opens, case, person),
        "begun": Draft.objects.of(person).on(case).exists(),
    }
    return render(
        request, "case_access/open.html", context, status=HTTPStatus.FORBIDDEN if refused else sheet.status
    )


def why_open(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked before access with a reason is given."""
    return (
        Question(
            id="purpose",
            kind=Kind.CHOICE,
            codes=pack.access.purposes,
            label="What do you need it for?",
            missing="Select what you need this case for",
        ),
        reason("Your reason, in words", "Say why you need to read this case"),
    )


@page(Audience.REVIEWERS, logged_as="the list of openings", menu=Menu("Opened by others", 52))
@require_GET
def openings(request: HttpRequest) -> HttpResponse:
    """List openings that await this user's review, or with `?state=reviewed` those already reviewed."""
    person = person_of(request)
    done = request.GET.get("state") == "reviewed"
    rows = access_reviews.awaiting(person)
    if done:
        rows = (
            access_reviews.reviewed_by(person)
            .filter(reviewed_at__isnull=False)
            .order_by("-reviewed_at", "pk")
        )
    listing = paged(rows, request, {"state": "reviewed" if done else ""})
    found = access_reviews.as_openings(listing.rows, person, timezone.localdate())
    shown(request, [opening.case for opening in found])
    return render(request, "case_access/openings.html", {"listing": listing, "openings": found, "done": done})


@page(Audience.REVIEWERS, logged_as="the review of an opening")
@require_http_methods(["GET", "POST"])
def opening(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Show one opening with what the user looked at meanwhile, and record the finding of its review."""
    person = person_of(request)
    grants = list(access_reviews.reviewed_by(person).select_related("reviewed_by").filter(pk=grant_id))
    found = access_reviews.as_openings(grants, person, timezone.localdate())
    if not found:
        raise Http404
    shown(request, [found[0].case])
    sheet = Sheet(what_found(current_pack()), current_pack()).sent(request)
    if sheet.is_right():
        said = {"finding": sheet.answer("finding"), "reason": sheet.answer("reason")}
        access_reviews.review(grants[0], by=person, **said)
        messages.success(request, "The review was recorded.")
        return redirect("cases:openings")
    looks, most = access_reviews.looked_at(grant_id), access_reviews.MOST_LINES
    context = {"opening": found[0], "looks": looks, "most": most, "sheet": sheet}
    return render(request, "case_access/opening.html", context, status=sheet.status)


def what_found(pack: Pack) -> tuple[Question, ...]:
    """Return what is asked of the reviewer of an access with a reason."""
    return (
        Question(
            id="finding",
            kind=Kind.CHOICE,
            codes=pack.access.findings,
            label="What do you find?",
            missing="Select what you find",
        ),
        reason("Why?", "Say why you find that"),
    )
