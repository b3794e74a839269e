"""Pages on access to a case: who has it, and giving or ending it."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from handrail.access.audience import Audience
from handrail.access.errors import NotAllowed
from handrail.access.grant_forms import WHY_END
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant, Verb
from handrail.access.pages import page
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.case_access.seen_by_post import who_sees
from handrail.cases.case_access.who_may_work import kept_from
from handrail.cases.disclosure import share_actions
from handrail.cases.disclosure.shares import Seen, shares_of, would_see
from handrail.cases.disclosure.views.access_forms import WHAT, invitation, sharing, stages_of
from handrail.cases.errors import NotNow, allowed
from handrail.cases.loading import AccessLevel, of_case
from handrail.cases.models import Case
from handrail.forms.sheet import Sheet, choice
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Organisation, Person
from handrail.policy.schema.codes import Code
from handrail.sign_in.again import freshly_proven

LISTED = 100


@page(Audience.CASE_READERS, logged_as="who may see a case")
@require_GET
@of_case(AccessLevel.WHOLE)
def access(request: HttpRequest, case: Case) -> HttpResponse:
    """List who may see a case: by post, by grant, by share, and by grants that have ended."""
    person = person_of(request)
    grants = Grant.objects.filter(record=case.pk).select_related("person", "organisation", "by", "ended_by")
    listed = list(grants.order_by("-since")[: LISTED + 1])
    in_force = set(Grant.objects.live().filter(record=case.pk).values_list("pk", flat=True))
    live = [grant for grant in listed[:LISTED] if grant.pk in in_force]
    ended = [grant for grant in listed[:LISTED] if grant.pk not in in_force]
    context = {
        "case": case,
        "who_by_post": who_sees(case),
        "live": [grant for grant in live if grant.kind != GrantKind.SHARED],
        "unseen": _unseen(live, case),
        "past": [grant for grant in ended if grant.kind != GrantKind.SHARED],
        "shares": shares_of(case),
        "shared_before": [grant for grant in ended if grant.kind == GrantKind.SHARED],
        "more": len(listed) > LISTED,
        "copies": share_actions.copies_of(case.pk),
        "may_invite": allowed(share_actions.post_that_lets_see, Capability.INVITE, case, person),
        "may_share": allowed(share_actions.post_that_lets_see, Capability.SHARE, case, person),
        "ends": {grant.pk for grant in live if allowed(share_actions.post_that_ends, grant, case, person)},
        "bases": case.pack.codes_by_id[case.pack.access.bases].labels,
        "purposes": case.pack.codes_by_id[case.pack.access.purposes].labels,
    }
    return render(request, "disclosure/access.html", context)


def _unseen(live: Sequence[Grant], case: Case) -> set[UUID]:
    """Return ids of live grants that show nothing now: the case is restricted, or the person excluded."""
    given = [grant for grant in live if grant.kind != GrantKind.NAMED]
    kept = kept_from(case) if given else set[UUID]()
    return {grant.pk for grant in given if case.restricted or grant.person_id in kept}


@page(Audience.INVITERS, logged_as="inviting somebody to a case")
@require_http_methods(["GET", "POST"])
@freshly_proven
@of_case(AccessLevel.WHOLE)
def invite(request: HttpRequest, case: Case) -> HttpResponse:
    """Invite a person or body to a case, or to some of its stages, until a date."""
    return _give(request, case, Capability.INVITE)


@page(Audience.INVITERS, logged_as="sharing a case with a partner")
@require_http_methods(["GET", "POST"])
@freshly_proven
@of_case(AccessLevel.WHOLE)
def share(request: HttpRequest, case: Case) -> HttpResponse:
    """Share a case, or some of its stages, with a partner body on a lawful basis, until a date."""
    return _give(request, case, Capability.SHARE)


def _give(request: HttpRequest, case: Case, capability: Capability) -> HttpResponse:
    person = person_of(request)
    if not allowed(share_actions.post_that_lets_see, capability, case, person):
        raise PermissionDenied
    shares = capability is Capability.SHARE
    words = request.POST.get("words", "").replace("\x00", "").strip()[:100]
    sheet = _sheet(request, case, words, shares=shares)
    status, refused = 200, ""
    hidden: Seen | None = None
    if request.method == "POST" and "find" not in request.POST:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if _is_right(sheet, case, words, shares=shares):
            to, terms = _to(sheet), _terms(sheet)
            hidden, status = would_see(case, to, terms.stages), 200
            try:
                if not _must_be_told(request, hidden):
                    _carry_out(request, case, sheet, hidden, shares=shares)
                    return redirect("cases:access", case.pk)
            except NotAllowed as error:
                refused, status, hidden = error.reason, HTTPStatus.FORBIDDEN, None
            except NotNow as error:
                refused, status, hidden = error.reason, HTTPStatus.CONFLICT, None
    context = {
        "case": case,
        "sheet": sheet,
        "words": words,
        "found": list(sheet.choices["to"])[: share_actions.FOUND],
        "more": len(sheet.choices["to"]) > share_actions.FOUND,
        "shares": shares,
        "refused": refused,
        "hidden": hidden,
        "to": to if hidden else None,
    }
    return render(request, "disclosure/give.html", context, status=status)


def _sheet(request: HttpRequest, case: Case, words: str, *, shares: bool) -> Sheet:
    """Return the form as it was sent, with the people and bodies found as its choices."""
    questions = sharing(case.pack) if shares else invitation(case.pack)
    choices = {"to": _found(words, shares=shares), "what": WHAT, "stages": stages_of(case.pack)}
    return Sheet(questions, case.pack, choices=choices).sent(request)


def _found(words: str, *, shares: bool) -> Sequence[Code]:
    if not words:
        return []
    bodies = [
        choice(f"body-{body.pk}", body.name, body.get_kind_display())
        for body in share_actions.found_bodies(words)
    ]
    people = [] if shares else share_actions.found_people(words)
    found = {post.person_id: post for post in reversed(people)}
    return bodies + [
        choice(f"person-{post.person_id}", post.person.name, str(post)) for post in reversed(found.values())
    ]


def _is_right(sheet: Sheet, case: Case, words: str, *, shares: bool) -> bool:
    limits = case.pack.access
    sheet.expect_day_within("last-day", limits.shared_days if shares else limits.invited_days)
    right = sheet.is_right()
    if not sheet.choices["to"]:
        sheet.errors.pop("to", None)
        nobody = "We found nobody. Search by another part of the name"
        sheet.errors = {"words": nobody if words else "Search for them first"} | sheet.errors
        return False
    return right


def _must_be_told(request: HttpRequest, seen: Seen) -> bool:
    """Return whether entries are hidden from the recipient that the page has not listed yet."""
    told = request.POST.get("told", "") == f"{request.POST.get('to', '')} {seen.digest}"
    return bool(seen.shown) and bool(seen.hidden or seen.hidden_from_some) and not told


def _to(sheet: Sheet) -> Person | Organisation:
    """Return the person or body chosen."""
    kind, _, key = sheet.answer("to").partition("-")
    return Person.objects.get(pk=key) if kind == "person" else Organisation.objects.get(pk=key)


def _terms(sheet: Sheet) -> share_actions.Terms:
    """Return the terms in the form. Raises NotAllowed without a last day."""
    last_day = sheet.day("last-day")
    if last_day is None:
        raise NotAllowed("Enter an end date.")
    stages = sheet.answers("stages") if sheet.answer("what") == "stages" else []
    return share_actions.Terms(stages, sheet.answer("reason"), last_day)


def _carry_out(request: HttpRequest, case: Case, sheet: Sheet, seen: Seen, *, shares: bool) -> None:
    person, to, terms = person_of(request), _to(sheet), _terms(sheet)
    if shares and isinstance(to, Organisation):
        basis, controller = sheet.answer("basis"), sheet.answer("controller")
        share_actions.share(case, to, terms, by=person, basis=basis, controller=controller)
        looked(request, [case.pk], Verb.DISCLOSED, reason=terms.reason, recipient=to.name)
        done = f"The case is shared with {to}."
    else:
        share_actions.invite(case, to, terms, by=person)
        done = f"{to} may now see the case."
    messages.success(request, f"{done} {_how_much(seen)} They will find it under their notices.")


def _how_much(seen: Seen) -> str:
    """Return a sentence on how much of the case the recipient sees."""
    if not seen.items:
        return "Nothing is recorded at these stages yet: they see what is recorded there from now on."
    shown, hidden = len(seen.shown), len(seen.hidden)
    entries = "entry" if shown == 1 else "entries"
    left = f", and not the {hidden} for which nobody there is vetted" if hidden else ""
    return f"They see {shown} {entries}{left}."


@page(Audience.CASE_READERS, logged_as="ending that somebody sees a case")
@require_http_methods(["GET", "POST"])
@of_case(AccessLevel.WHOLE)
def end_access(request: HttpRequest, case: Case, grant_id: UUID) -> HttpResponse:
    """End a grant now. 404 for one that is not live, 403 for a user who may not end it."""
    person = person_of(request)
    grants = Grant.objects.live().filter(record=case.pk).select_related("person", "organisation")
    grant = get_object_or_404(grants, pk=grant_id)
    if not allowed(share_actions.post_that_ends, grant, case, person):
        raise PermissionDenied
    sheet = Sheet(WHY_END, case.pack).sent(request)
    if sheet.is_right():
        share_actions.end(grant, case, by=person, reason=sheet.answer("reason"))
        messages.success(request, f"{grant.to} no longer sees the case by this.")
        same = Case.objects.filter(pk=case.pk).changed_by(person).exists()
        return redirect("cases:access", case.pk) if same else redirect("web:home")
    context = {"case": case, "grant": grant, "sheet": sheet}
    return render(request, "disclosure/end-access.html", context, status=sheet.status)
