"""Lists: cases and referrals, filtered, sorted and in pages; finding one; the checks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from handrail.access.audience import Audience, audience
from handrail.access.models import Verb
from handrail.cases import checks
from handrail.cases.home import counted, forces_of
from handrail.cases.models import Case, CaseQuerySet, Referral
from handrail.cases.packs import in_any, packs_in_use
from handrail.cases.views.people import person_of
from handrail.cases.views.sight import shown
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Person
from handrail.policy.schema import CodeList, Meaning, Pack

PAGE = 25
FOUND = 50
COUNTED = 1_000  # what a list counts and turns over; filters lead to the rest
CASE_ORDERS = {
    "due": F("next_due").asc(nulls_last=True),
    "-due": F("next_due").desc(nulls_last=True),
    "opened": F("opened_on").asc(),
    "-opened": F("opened_on").desc(),
    "name": F("subject__name_key").asc(),
    "-name": F("subject__name_key").desc(),
}
REFERRAL_ORDERS = {"-received": F("received_on").desc(), "received": F("received_on").asc()}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and the filters that made it, for the links to other pages."""

    page: "Page[Any]"
    filters: dict[str, str]
    order: str

    def address(self, **changes: str | int) -> str:
        """The query of the same list with something changed."""
        wanted = {**self.filters, "order": self.order, **changes}
        return "?" + urlencode({name: value for name, value in wanted.items() if value})


def paged(rows: "QuerySet[Any]", request: HttpRequest, filters: dict[str, str], order: str) -> Listing:
    """The page of these rows that the request asks for; a page number that is off gives the nearest."""
    pages = Paginator(rows, PAGE)
    pages.count = counted(rows, COUNTED)
    page = pages.get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    return Listing(page, {name: value for name, value in filters.items() if value}, order)


@audience(Audience.CASE_READERS)
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that this person may see."""
    person = person_of(request)
    names = ("stage", "owner", "force", "state", "check")
    filters = {name: request.GET.get(name, "") for name in names}
    order = request.GET.get("order", "")
    order = order if order in orders_for(person) else "due"
    rows = filtered(Case.objects.visible_to(person), filters, person.pk)
    rows = rows.select_related("subject", "force", "owner").order_by(CASE_ORDERS[order], "pk")
    listing = paged(rows, request, filters, order)
    shown(request, listing.page.object_list)
    packs = packs_in_use()
    context = {
        "listing": listing,
        "filters": filters,
        "stages": in_any(packs, lambda pack: pack.stages).values(),
        "checks": in_any(packs, lambda pack: pack.checks).values(),
        "forces": forces_of(person),
        "today": timezone.localdate(),
    }
    return render(request, "cases/cases.html", context)


def orders_for(person: Person) -> set[str]:
    """The orders in which somebody may list cases; by name only where they see names."""
    return set(CASE_ORDERS) - (set() if person.may(*WORKS_CASES) else {"name", "-name"})


def filtered(cases: CaseQuerySet, filters: dict[str, str], person: UUID) -> CaseQuerySet:
    """The cases that fit the filters; a filter whose value makes no sense finds nothing."""
    if filters["stage"]:
        cases = cases.filter(stage_id=filters["stage"])
    if filters["owner"] == "me":
        cases = cases.filter(owner=person)
    elif filters["owner"] == "unallocated":
        cases = cases.open().filter(allocated=False)
    elif filters["owner"] == "nobody":
        cases = cases.owned_by_nobody_in_post()
    if filters["force"]:
        cases = cases.filter(force__slug=filters["force"])
    if filters["check"]:
        cases = checks.out_of_line_with(cases, filters["check"], packs_in_use())
    states = {"open": cases.open, "late": cases.late, "waiting": cases.waiting, "closed": cases.closed}
    return states[filters["state"]]() if filters["state"] in states else cases


@audience(Audience.CASE_READERS)
@require_GET
def referrals(request: HttpRequest) -> HttpResponse:
    """The referrals of the cases that this person may see; what they are about stays on the cases.

    Nobody is listed by what they are said to believe.
    """
    person = person_of(request)
    filters = {name: request.GET.get(name, "") for name in ("sector", "force", "door")}
    order = request.GET.get("order", "")
    order = order if order in REFERRAL_ORDERS else "-received"
    fields = {"sector": "sector", "force": "force__slug", "door": "step_id"}
    wanted = {fields[name]: value for name, value in filters.items() if value}
    rows = Referral.objects.visible_to(person).filter(**wanted).select_related("case__subject", "force")
    packs = packs_in_use()
    listing = paged(rows.order_by(REFERRAL_ORDERS[order], "pk"), request, filters, order)
    shown(request, [referral.case for referral in listing.page.object_list])
    context = {
        "listing": listing,
        "filters": filters,
        "sectors": labels(Meaning.SECTOR, packs),
        "doors": in_any(packs, lambda pack: (step for step in pack.steps if step.opens)).values(),
        "forces": forces_of(person),
    }
    return render(request, "cases/referrals.html", context)


def codes_of(meaning: Meaning, pack: Pack) -> CodeList | None:
    """The code list that answers a question of this meaning."""
    questions = (form.meaning(meaning) for form in pack.forms)
    found = next((q for q in questions if q and q.codes), None)
    return pack.codes_by_id[found.codes] if found and found.codes else None


def labels(meaning: Meaning, packs: Iterable[Pack] = ()) -> dict[str, str]:
    """The labels of the answers of this meaning, in these packs or in all that there are cases under."""
    lists = [codes_of(meaning, pack) for pack in packs or packs_in_use()]
    return {id_: label for codes in reversed([c for c in lists if c]) for id_, label in codes.labels.items()}


@audience(Audience.CASE_READERS)
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find a case by reference or name. What is looked for is sent in the body, never in an address."""
    words = request.POST.get("words", "").replace("\x00", "").strip()[:200]
    found: list[Case] = []
    if words:
        cases = Case.objects.found_by(words, person_of(request)).select_related("subject", "force", "owner")
        found = list(cases.order_by("-opened_on", "pk")[: FOUND + 1])
        shown(request, found, Verb.SEARCHED, sought=words)
    context = {
        "words": words,
        "found": found[:FOUND],
        "more": len(found) > FOUND,
        "seeks": Capability.FIND_PEOPLE,
        "today": timezone.localdate(),
    }
    return render(request, "cases/find.html", context)


@audience(Audience.CHECK_READERS)
@require_GET
def assurance(request: HttpRequest) -> HttpResponse:
    """Every check of the pack over the cases of one's force, region or the nation."""
    person = person_of(request)
    forces = None if person.may(Capability.OVERSEE_NATION) else [force.pk for force in forces_of(person)]
    packs = packs_in_use()
    findings = checks.report(*packs, forces=forces)
    return render(request, "cases/checks.html", {"findings": findings, "packs": packs})
