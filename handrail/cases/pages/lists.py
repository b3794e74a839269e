"""Lists of cases and referrals with filters, order and pages; finding a case; the checks."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from handrail.access.audience import Audience
from handrail.access.models import Verb
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.engine.due import by_due
from handrail.cases.loading import shown
from handrail.cases.models import Case, CaseQuerySet, Referral
from handrail.cases.models.compiled import Asker, compiled
from handrail.cases.models.slices import Slices
from handrail.cases.models.visibility import each_of
from handrail.cases.packs import packs_in_use
from handrail.cases.person.matches.links import linked
from handrail.cases.timeline import checks
from handrail.govuk.paging import COUNTED, paged
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.folding import (
    is_reference,
    reference_key,
    reference_of,
    reference_without_noughts,
)
from handrail.organisations.models import Person
from handrail.organisations.reach import forces_of, forces_to_choose
from handrail.policy.schema.codes import CodeList
from handrail.policy.schema.form import Meaning
from handrail.policy.schema.pack import Pack
from handrail.policy.step_kinds.opening import openings
from handrail.records.packs import in_any
from handrail.subjects.by_name import beginnings

Narrowings = Mapping[str, Callable[[CaseQuerySet], CaseQuerySet]]

FOUND = 50
NEWEST = ("-opened_on", "pk")
NO_FILTER: tuple[tuple[str, str], ...] = ()
CASE_ORDERS = {
    "due": by_due(),
    "-due": by_due(last=True),
    "opened": (F("opened_on").asc(),),
    "-opened": (F("opened_on").desc(),),
    # By last name, then the others. Withheld names are not sorted by: they come last in both directions.
    "name": (F("subject__sort_key").asc(nulls_last=True),),
    "-name": (F("subject__sort_key").desc(nulls_last=True),),
}
REFERRAL_ORDERS = {"-received": F("received_on").desc(), "received": F("received_on").asc()}


@page(Audience.CASE_READERS, logged_as="the list of cases", menu=Menu("Cases", 20))
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """List the cases that the user may see."""
    person = person_of(request)
    names = ("stage", "owner", "force", "state", "check")
    filters = {name: request.GET.get(name, "") for name in names}
    order = request.GET.get("order", "")
    order = order if order in orders_for(person) else "due"
    about = (tuple(filters.items()), order, timezone.localdate())
    listed = Slices(_listed, _counted, (Asker.of(person), *about))
    rows = _rows(person, *about) if filters["check"] else listed
    listing = paged(rows, request, filters, order)
    shown(request, listing.rows)
    packs = packs_in_use()
    context = {
        "listing": listing,
        "filters": filters,
        "names": "name" in orders_for(person),
        "stages": in_any(packs, lambda pack: pack.stages).values(),
        "checks": in_any(packs, lambda pack: pack.checks).values(),
        "forces": forces_to_choose(person),
        "today": timezone.localdate(),
    }
    return render(request, "pages/cases.html", context)


def _rows(person: Person, filters: tuple[tuple[str, str], ...], order: str, today: date) -> CaseQuerySet:
    rows = filtered(Case.objects.listed_to(person), dict(filters), person.pk, today).naming_to(person)
    return rows.select_related("subject", "force", "owner").order_by(*CASE_ORDERS[order], "pk")


@compiled()
def _listed(
    asker: Asker, filters: tuple[tuple[str, str], ...], order: str, today: date, first: int, last: int
) -> "QuerySet[Case]":
    # Joined tables are read for the rows of this page only, not for all rows before it.
    page = _rows(asker.person, filters, order, today).values("pk")[first:last]
    return _rows(asker.person, NO_FILTER, order, today).filter(pk__in=page)


@compiled()
def _counted(
    asker: Asker, filters: tuple[tuple[str, str], ...], order: str, today: date
) -> "QuerySet[Case, UUID]":
    rows = filtered(Case.objects.listed_to(asker.person), dict(filters), asker.person.pk, today)
    return rows.values_list("pk", flat=True)[: COUNTED + 1]


def orders_for(person: Person) -> set[str]:
    """Return the orders in which the user may list cases; by name only for users who see names."""
    return set(CASE_ORDERS) - (set() if person.may(*WORKS_CASES) else {"name", "-name"})


def filtered(cases: CaseQuerySet, filters: dict[str, str], person: UUID, today: date) -> CaseQuerySet:
    """Narrow cases by the filters; a filter with an unknown value finds none."""
    if not filters:
        return cases
    if filters["stage"]:
        cases = cases.filter(stage_id=filters["stage"])
    if filters["force"]:
        cases = cases.filter(force__slug=filters["force"])
    if filters["check"]:
        cases = checks.out_of_line_with(cases, filters["check"], packs_in_use())
    owners: Narrowings = {
        "me": lambda cases: cases.filter(owner=person),
        "unallocated": lambda cases: cases.open().filter(allocated=False),
        "nobody": lambda cases: cases.owned_by_nobody_in_post(today),
    }
    states: Narrowings = {
        "open": lambda cases: cases.open(),
        "late": lambda cases: cases.late(today),
        "waiting": lambda cases: cases.waiting(),
        "closed": lambda cases: cases.closed(),
    }
    return _narrowed(_narrowed(cases, owners, filters["owner"]), states, filters["state"])


def _narrowed(cases: CaseQuerySet, known: Narrowings, value: str) -> CaseQuerySet:
    if not value:
        return cases
    return known[value](cases) if value in known else cases.none()


@page(Audience.CASE_READERS, logged_as="the list of referrals", menu=Menu("Referrals", 80))
@require_GET
def referrals(request: HttpRequest) -> HttpResponse:
    """List the referrals of the cases that the user may see; their content stays on the cases.

    No filter or column shows a belief ascribed to a person.
    """
    person = person_of(request)
    filters = {name: request.GET.get(name, "") for name in ("sector", "force", "door")}
    order = request.GET.get("order", "")
    order = order if order in REFERRAL_ORDERS else "-received"
    about = (Asker.of(person), tuple(filters.items()), order)
    packs = packs_in_use()
    listing = paged(Slices(_referrals_listed, _referrals_counted, about), request, filters, order)
    shown(request, [referral.case for referral in listing.rows])
    context = {
        "listing": listing,
        "filters": filters,
        "sectors": labels(Meaning.SECTOR, packs),
        "doors": in_any(packs, openings).values(),
        "forces": forces_to_choose(person),
    }
    return render(request, "pages/referrals.html", context)


REFERRAL_FILTERS = {"sector": "sector", "force": "force__slug", "door": "step_id"}


def _referrals(asker: Asker, filters: tuple[tuple[str, str], ...]) -> "QuerySet[Referral]":
    wanted = {REFERRAL_FILTERS[name]: value for name, value in filters if value}
    return Referral.objects.listed_to(asker.person).filter(**wanted)


@compiled()
def _referrals_listed(
    asker: Asker, filters: tuple[tuple[str, str], ...], order: str, first: int, last: int
) -> "QuerySet[Referral]":
    ordered = _referrals(asker, filters).order_by(REFERRAL_ORDERS[order], "pk")
    rows = _referrals(asker, NO_FILTER).filter(pk__in=ordered.values("pk")[first:last])
    return rows.select_related("case__subject", "force").order_by(REFERRAL_ORDERS[order], "pk")


@compiled()
def _referrals_counted(
    asker: Asker, filters: tuple[tuple[str, str], ...], order: str
) -> "QuerySet[Referral, UUID]":
    return _referrals(asker, filters).values_list("pk", flat=True)[: COUNTED + 1]


def codes_of(meaning: Meaning, pack: Pack) -> CodeList | None:
    """Return the code list that answers a question of this meaning, or None."""
    questions = (form.meaning(meaning) for form in pack.forms)
    found = next((q for q in questions if q and q.codes), None)
    return pack.codes_by_id[found.codes] if found and found.codes else None


def labels(meaning: Meaning, packs: Iterable[Pack] = ()) -> dict[str, str]:
    """Return the labels of a meaning's answers, by code, in these packs or in all packs in use."""
    lists = [codes_of(meaning, pack) for pack in packs or packs_in_use()]
    return {id_: label for codes in reversed([c for c in lists if c]) for id_, label in codes.labels.items()}


@page(Audience.CASE_READERS, logged_as="the search", menu=Menu("Find", 22))
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find a case by reference or name. The search words are posted, so that they are in no address."""
    words = request.POST.get("words", "").replace("\x00", "").strip()[:200]
    found: list[Case] = []
    more = False
    if words:
        found, more = _with_linked(Asker.of(person_of(request)), words)
        shown(request, found, Verb.SEARCHED, sought=words)
    context = {
        "words": words,
        "found": found,
        "more": more,
        "seeks": Capability.FIND_PEOPLE,
        "today": timezone.localdate(),
    }
    return render(request, "pages/find.html", context)


def _with_linked(asker: Asker, words: str) -> tuple[list[Case], bool]:
    """Return the cases that words find and then those of linked subjects, and whether there are more.

    At most FOUND cases. Up to half of the page is kept for linked subjects: these are found only here, while
    a longer name finds the others.
    """
    found = _found(
        asker,
        reference=reference_of(words),
        key=reference_key(words),
        short=reference_without_noughts(words),
        names=beginnings(words),
    )
    by_name = {case.subject_id for case in found if case.subject_id and case.may_name}
    if not by_name or is_reference(words):  # a reference means one record
        return found[:FOUND], len(found) > FOUND
    others = linked(by_name) - by_name
    known = {case.pk for case in found}
    beside = _of_subjects(asker, subjects=list(others)) if others else []
    beside = [case for case in beside if case.pk not in known]
    first = found[: FOUND - min(len(beside), FOUND // 2)]
    return [*first, *beside][:FOUND], len(found) + len(beside) > FOUND


@compiled(subjects=list)
def _of_subjects(asker: Asker, subjects: list[UUID]) -> "QuerySet[Case]":
    """Cases about linked subjects that the user may change."""
    cases = Case.objects.changed_by(asker.person).filter(subject_id__in=each_of(subjects))
    return (
        cases.naming_to(asker.person)
        .select_related("subject", "force", "owner")
        .order_by(*NEWEST)[: FOUND + 1]
    )


@compiled(reference=str, key=str, short=str, names=str)
def _found(asker: Asker, reference: str, key: str, short: str, names: str) -> "QuerySet[Case]":
    cases = Case.objects.found_by(reference, key, short, names, asker.person).naming_to(asker.person)
    return cases.select_related("subject", "force", "owner").order_by(*NEWEST)[: FOUND + 1]


@page(Audience.CHECK_READERS, logged_as="the checks of the policy", menu=Menu("Checks", 50))
@require_GET
def assurance(request: HttpRequest) -> HttpResponse:
    """Show every check of the policy over the cases of the user's force or region, or the nation."""
    person = person_of(request)
    forces = None if person.may(Capability.OVERSEE_NATION) else [force.pk for force in forces_of(person)]
    packs = packs_in_use()
    findings = checks.report(*packs, forces=forces)
    return render(request, "pages/checks.html", {"findings": findings, "packs": packs})
