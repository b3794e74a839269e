"""Making a referral, by the public form or as a signed-in user."""

import hashlib
import secrets
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handrail.access.audience import Audience
from handrail.access.context import hold_draft, hold_drafts
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.drafts.beginning import first_page
from handrail.cases.drafts.filling import Filling
from handrail.cases.intake import confirming, contacts
from handrail.cases.intake.acknowledgement import acknowledgement_of
from handrail.cases.intake.limits import Act
from handrail.cases.intake.referring import may_refer, opening_steps
from handrail.cases.models import Case
from handrail.cases.models.kinds import CASE
from handrail.cases.models.reference import REFERENCE_LETTERS
from handrail.cases.pages import outside
from handrail.cases.pages.check_page import check_page
from handrail.cases.pages.colleague import whom_else
from handrail.cases.pages.filling import own_draft
from handrail.cases.pages.section_page import section_page
from handrail.cases.person.matches.showing import unanswered
from handrail.policy.schema.pack import Pack
from handrail.policy.schema.step import Step
from handrail.policy.step_kinds.kind import kind_of
from handrail.policy.step_kinds.opening import public_openings
from handrail.records.drafts import Draft
from handrail.records.packs import current_pack

SESSION_DRAFT = "referral"  # the draft that this browser began last
SESSION_DRAFTS = "referrals"  # all drafts of this browser
CODE_LETTERS = 16
VISIT_ENDED = (
    "Your visit had ended. What you typed on the last page is kept in a new referral, which begins here. If "
    "you have a code, what you typed before is kept too: come back to it from the page before this form."
)


class PublicWay:
    """The addresses of a referral that a visitor outside fills in. Each names its draft.

    A browser may have several referrals open, each in a tab of its own.
    """

    def section(self, draft: Draft, section: str) -> str:
        return reverse("cases:refer-section", args=[draft.pk, section])

    def check(self, draft: Draft) -> str:
        return reverse("cases:refer-answers", args=[draft.pk])

    def later(self, draft: Draft) -> str:
        return reverse("cases:refer-later", args=[draft.pk])

    def done(self, draft: Draft) -> str:
        return reverse("cases:refer-sent", args=[draft.pk])


def public_step(pack: Pack) -> Step:
    """Return the step by which a person outside refers. Raises IndexError for a pack without one."""
    return public_openings(pack)[0]


def held_drafts(request: HttpRequest) -> list[UUID]:
    """Return the ids of referrals that this browser began or returned to by code, the newest last."""
    held: list[str] = request.session.get(SESSION_DRAFTS, [])
    newest: str | None = request.session.get(SESSION_DRAFT)
    return [UUID(one) for one in dict.fromkeys([*held, newest]) if one]


def hold(request: HttpRequest, draft: UUID) -> None:
    """Let this browser continue a referral, beside those that it holds already."""
    held = [str(one) for one in held_drafts(request) if one != draft]
    request.session[SESSION_DRAFTS] = [*held, str(draft)]
    request.session[SESSION_DRAFT] = str(draft)


def session_draft(request: HttpRequest, draft_id: UUID | None) -> Draft | None:
    """Return the referral that a page of this browser is about, or None, and let the request write it.

    The address names the referral, and only a browser that holds it gets it. An address without an id, from
    before addresses had one, means the browser's only referral. With several it means none, so that input
    about one person is never saved with another.
    """
    held = held_drafts(request)
    if draft_id is None and len(held) == 1:
        draft_id = held[0]
    if draft_id is None or draft_id not in held:
        return None
    hold_draft(draft_id)
    return Draft.objects.filter(pk=draft_id, person=None).first()


def begun_here(request: HttpRequest) -> list[Filling]:
    """Return the referrals of this browser that have input and are not sent, the newest first."""
    held = held_drafts(request)
    if not held:
        return []
    hold_drafts(held)
    drafts = Draft.objects.filter(pk__in=held, person=None, submitted_at=None).order_by("-begun_at")
    return [filling for draft in drafts if (filling := Filling(draft)).is_begun]


@page(Audience.PUBLIC, menu=Menu("Make a referral", 0))
@require_http_methods(["GET", "POST"])
def refer(request: HttpRequest) -> HttpResponse:
    """Show what to know before making a referral; POST begins one."""
    pack = current_pack()
    if not public_openings(pack):
        return render(request, "pages/refer-closed.html", status=HTTPStatus.NOT_FOUND)
    if request.method == "POST":
        held = outside.pass_or_wait(request, Act.BEGIN)
        if held:
            return held
        new = _begin(request)
        return redirect(PublicWay().section(new, Filling(new).sections[0].id))
    context = {
        "pack": pack,
        "form": pack.form_of(public_step(pack)),
        "begun": [(filling.draft, contacts.about_whom(filling.draft)) for filling in begun_here(request)],
    }
    return render(request, "pages/refer.html", context)


@page(Audience.PUBLIC)
@require_http_methods(["GET", "POST"])
def refer_section(request: HttpRequest, section: str, draft_id: UUID | None = None) -> HttpResponse:
    """Show or save one page of the public form."""
    draft = session_draft(request, draft_id)
    if draft is None and _is_of_an_ended_visit(request, names_one=draft_id is not None):
        return _begin_with(request, section)
    return section_page(request, draft, section, PublicWay()) if draft else redirect("cases:refer")


def _is_of_an_ended_visit(request: HttpRequest, *, names_one: bool) -> bool:
    """Return whether a page was posted for a referral that the browser no longer holds.

    `names_one` says that the address of the page names a referral.
    """
    sent = request.method == "POST" and not request.headers.get("X-Autosave")
    return sent and (names_one or not held_drafts(request))


def _begin_with(request: HttpRequest, section_id: str) -> HttpResponse:
    """Save a page posted after the visit had ended in a new referral, so that its input is not lost.

    Earlier pages are returned only for their code, because another person may be using the browser.
    """
    held = outside.pass_or_wait(request, Act.BEGIN)
    if held:
        return held
    draft = _begin(request)
    filling = Filling(draft)
    section = next((one for one in filling.sections if one.id == section_id), None)
    if section is None:
        return redirect("cases:refer")
    filling.save_page(section, request.POST)
    messages.warning(request, VISIT_ENDED)
    return redirect(PublicWay().section(draft, filling.sections[0].id))


def _begin(request: HttpRequest) -> Draft:
    """Create a referral that this browser may continue."""
    pack = current_pack()
    new = Draft(target_kind=CASE.name, pack_id=pack.id, step_id=public_step(pack).id)
    hold_draft(new.pk)
    new.save(force_insert=True)
    hold(request, new.pk)
    return new


@page(Audience.PUBLIC)
@require_http_methods(["GET", "POST"])
def refer_answers(request: HttpRequest, draft_id: UUID | None = None) -> HttpResponse:
    """Show the page to check the answers of the public form, and send them."""
    draft = session_draft(request, draft_id)
    return send(request, draft) if draft else redirect("cases:refer")


def send(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show the answers or send them, after any rate limit and code."""
    held = outside.before_sending(request, draft) if request.method == "POST" else None
    return held or check_page(request, draft, PublicWay())


@page(Audience.PUBLIC)
@require_http_methods(["GET", "POST"])
def refer_confirm(request: HttpRequest, draft_id: UUID | None = None) -> HttpResponse:
    """Confirm the email address by the code sent there, and send the referral."""
    draft = session_draft(request, draft_id)
    if draft is None:
        return redirect("cases:refer")
    if draft.submitted_at:
        return redirect(PublicWay().check(draft))
    if request.method != "POST":
        return outside.code_page(request, draft)
    if confirming.confirm(draft, request.POST.get("code", "")):
        return send(request, draft)
    return outside.code_page(request, draft, outside.NOT_THE_CODE)


@page(Audience.PUBLIC)
@require_GET
def refer_sent(request: HttpRequest, draft_id: UUID | None = None) -> HttpResponse:
    """Show the reference of the referral, and what happens next."""
    draft = session_draft(request, draft_id)
    if draft is None or draft.submitted_to is None:
        return redirect("cases:refer")
    context = {
        "draft": draft,
        "visible": False,
        "in_confidence": False,
        "acknowledgement": acknowledgement_of(draft),
        "mails": confirming.can_be_asked(),
    }
    return render(request, "pages/referred.html", context)


@page(Audience.PUBLIC)
@require_http_methods(["GET", "POST"])
def refer_later(request: HttpRequest, draft_id: UUID | None = None) -> HttpResponse:
    """Leave the form, with a code to return to it; only the digest of the code is stored."""
    draft = session_draft(request, draft_id)
    if draft is None or draft.submitted_at:
        return redirect("cases:refer")
    code = ""
    if request.method == "POST":
        code = new_code()
        draft.return_key = digest(code)
        draft.save(update_fields=["return_key", "updated_at"])
    context = {"draft": draft, "code": code, "days": draft.pack.draft_days}
    return render(request, "pages/later.html", context)


@page(Audience.PUBLIC)
@require_http_methods(["GET", "POST"])
def refer_return(request: HttpRequest) -> HttpResponse:
    """Return to a referral with its code."""
    error = ""
    if request.method == "POST":
        held = outside.pass_or_wait(request, Act.RETURN)
        if held:
            return held
        code = request.POST.get("code", "")
        found = draft_to_return_to(digest(code))
        if found:
            request.session.cycle_key()
            hold(request, found)
            return redirect("cases:refer-answers", found)
        error = (
            "Check the code: it has 16 letters and numbers. "
            "You cannot go back to a referral that was sent or has expired."
        )
    context = {"error": error, "days": current_pack().draft_days}
    return render(
        request, "pages/return.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY if error else 200
    )


def new_code() -> str:
    """Return a random code in groups of four letters and digits, easy to read out."""
    letters = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(CODE_LETTERS))
    return "-".join(letters[i : i + 4] for i in range(0, CODE_LETTERS, 4))


def draft_to_return_to(key: bytes) -> UUID | None:
    """Return the id of the unsent public draft whose code has this digest; its row stays hidden."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_draft_of(%s)", [key])
        (found,) = cursor.fetchone() or (None,)
        return found if found is None else UUID(str(found))


def digest(code: str) -> bytes:
    """Return the digest of a code, ignoring case, blanks and hyphens."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(plain.encode()).digest()


@page(Audience.SIGNED_IN, menu=Menu("New referral", 30, offered_to=may_refer))
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Show the kinds of referral that the user may make."""
    return render(request, "pages/new.html", {"steps": opening_steps(person_of(request).roles)})


@page(Audience.SIGNED_IN)
@require_POST
def new_begin(request: HttpRequest, step_id: str) -> HttpResponse:
    """Begin a referral of this kind."""
    person = person_of(request)
    step = next((s for s in opening_steps(person.roles) if s.id == step_id), None)
    if step is None:
        raise Http404
    pack_id = current_pack().id
    draft = Draft.objects.create(person=person, target_kind=CASE.name, pack_id=pack_id, step_id=step.id)
    return redirect(first_page(draft))


@page(Audience.SIGNED_IN)
@require_GET
def referred(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Show the reference of a referral that the signed-in user made, and what happens next."""
    draft = own_draft(request, draft_id)
    if draft.submitted_to is None or draft.target_id:
        raise Http404
    step = draft.pack.step_by_id[draft.step_id]
    case = Case.objects.worked_on_by(person_of(request)).filter(pk__in=[draft.made_id]).first()
    context = {
        "draft": draft,
        "visible": case is not None,
        "unanswered": unanswered(case) if case else 0,
        "in_confidence": kind_of(step).in_confidence,
    } | whom_else(draft.pack, step)
    return render(request, "pages/referred.html", context)
