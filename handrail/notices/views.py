"""Pages of notices: the list, and the mail settings."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handrail.access.audience import Audience
from handrail.access.inputs import BIG_INTEGER, number
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.loading import shown
from handrail.cases.models.compiled import Asker, compiled
from handrail.cases.models.slices import sliced
from handrail.cases.timeline.threat import duties_on
from handrail.forms.sheet import Sheet, choice, entered
from handrail.govuk.paging import at_most, paged
from handrail.notices import actions
from handrail.notices.kinds import ABOUT_OTHERS, KINDS, Kind, choosable
from handrail.notices.models import Mail, Notice
from handrail.notices.targets import address, called, find_targets
from handrail.notices.words import about
from handrail.organisations.capabilities import SEES_CASES, SEES_REGISTERS, Capability
from handrail.organisations.models import Duty, Person
from handrail.policy.schema.form import Kind as Asked
from handrail.policy.schema.form import Question
from handrail.records import obligations

STATES = ("new", "read")
TOLD = SEES_CASES | SEES_REGISTERS | {Capability.TAKE_STAFF_CONCERNS}  # by the kinds of this room
COUNTED = 100  # most unread notices that are counted; beyond this the page says "more than 100"


def is_told(person: Person) -> bool:
    """Whether the menu offers notices to a person: to users with a capability that some notice tells."""
    told = {kind.told_to for kind in KINDS.values() if kind.told_to} | obligations.kept_by()
    return person.may(*TOLD, *told)


def unread_by(person: Person) -> int:
    """Return how many notices a person has not read, or "more than 100"."""
    return at_most(_unread.count(Asker.of(person)), COUNTED)


@compiled()
def _unread(asker: Asker) -> "QuerySet[Notice, int]":
    return Notice.objects.unseen().of(asker.person).values_list("pk", flat=True)[: COUNTED + 1]


@page(Audience.SIGNED_IN, menu=Menu("Notices", 10, offered_to=is_told, new=unread_by))
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Show the user's notices that have not ended: the unread ones or the read ones."""
    state = request.GET.get("state", "")
    state = state if state in STATES else STATES[0]
    listing = paged(_open(Asker.of(person_of(request)), state), request, {"state": state})
    shown(request, [notice.case for notice in listing.rows if notice.case])
    find_targets(listing.rows)
    context = {
        "listing": listing,
        "state": state,
        "words": about,
        "called": called,
        "address": address,
        "others": ABOUT_OTHERS,
        "seekers": seekers_of(listing.rows),
        "today": timezone.localdate(),
        "duties": _on_duty(listing.rows),
    }
    return render(request, "notices/notices.html", context)


@sliced
def _open(asker: Asker, state: str) -> "QuerySet[Notice]":
    rows = Notice.objects.open().of(asker.person).filter(seen_at__isnull=state == "new")
    return rows.select_related("case__subject", "case__force").order_by("-pk")


def seekers_of(notices: Iterable[Notice]) -> dict[str, Person]:
    """Return the users whose searches these notices are about, by their ids as text."""
    ids = {notice.about for notice in notices if notice.kind == Kind.SOUGHT}
    return {str(person.pk): person for person in Person.objects.filter(pk__in=ids)} if ids else {}


def _on_duty(notices: Iterable[Notice]) -> list[Duty]:
    """Return the duties now in the forces of the cases with a stated threat among these notices."""
    cases = {notice.case for notice in notices if notice.case and notice.kind == Kind.THREAT}
    return duties_on(cases, timezone.now())


@page(Audience.SIGNED_IN)
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice as read, or all of them."""
    one = request.POST.get("notice", "")
    if one == "all":
        actions.mark_read(by=person_of(request))
    elif (notice := number(one, BIG_INTEGER)) is not None:
        actions.mark_read(by=person_of(request), notice=notice)
    return redirect("notices:list")


@page(Audience.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Show and save the user's mail settings."""
    person = person_of(request)
    sheet = _how_told(person).sent(request)
    if sheet.is_right():
        actions.choose_mail({kind: Mail(sheet.answer(kind)) for kind in choosable()}, by=person)
        messages.success(request, "Your choices have been saved.")
        return redirect("notices:mail")
    context = {
        "fields": [replace(one, kind="select") for one in sheet.fields],  # radios would fill several screens
        "errors": sheet.errors,
        "sends": settings.SENDS_MAIL,
        "at_once": Kind.THREAT,
    }
    return render(request, "notices/mail.html", context, status=sheet.status)


def _offered(kind: str) -> list[Mail]:
    """Return the mail settings that a kind of notice allows."""
    return [way for way in Mail if not (kind == Kind.ESCALATED and way is Mail.NEVER)]


def _how_told(person: Person) -> Sheet:
    """Return the form of the mail settings, filled with the user's own."""
    kept = {kind: way.value for kind, way in actions.mail_choices(person).items()}
    ways = {kind: [choice(way.value, str(way.label)) for way in _offered(kind)] for kind in choosable()}
    return Sheet([_asked(kind) for kind in choosable()], choices=ways, typed=entered(**kept))


def _asked(kind: str) -> Question:
    label = KINDS[kind].label
    return Question(
        id=kind,
        kind=Asked.CHOICE,
        label=label,
        hint="You cannot turn this off." if kind == Kind.ESCALATED else "",
        missing=f"Choose how you are told by email: {label}",
    )
