"""Loading the record of a page, limited to the user's access and logged as read."""

from collections.abc import Callable, Iterable
from enum import Enum
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from handrail.access.models import Grant, Verb
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.models import Case, RegisterEntry
from handrail.cases.models.compiled import Asker, compiled
from handrail.cases.models.kinds import CASE
from handrail.cases.packs import safeguarding_steps
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Person
from handrail.records.kinds import Recorded, kind_named
from handrail.records.shared_acts import takes_shared_acts
from handrail.sign_in.again import fresh_proof
from handrail.sign_in.lapsed import SHOWING, remember_sent

Given = ParamSpec("Given")
Page = Callable[Concatenate[HttpRequest, Case, Given], HttpResponse]
Routed = Callable[Concatenate[HttpRequest, UUID, Given], HttpResponse]
PageOfRecord = Callable[Concatenate[HttpRequest, Recorded, Given], HttpResponse]
RoutedByKind = Callable[Concatenate[HttpRequest, str, UUID, Given], HttpResponse]


class AccessLevel(Enum):
    """Access of a user to a case."""

    WHOLE = "All of it, to work on."
    READING = "All of it, to read: it was shared with them, or is in their sample."
    PART = "Who it is about, and the stages they were invited to, or its safeguarding part."
    STATE = "Current stage; the rest after giving a reason."


def access_level_of(case: Case) -> AccessLevel:
    """Return the access level of the user for whom the case was loaded with `with_access_of`."""
    if case.may_change:
        return AccessLevel.WHOLE
    if case.may_read:
        return AccessLevel.READING
    return AccessLevel.PART if case.may_name else AccessLevel.STATE


def stages_of(case: Case, person: Person) -> frozenset[str]:
    """Return the stages of a case to which the person was invited."""
    given = Grant.objects.live().to(person).filter(record=case.pk)
    return frozenset(stage for stages in given.values_list("stages", flat=True) for stage in stages)


def limit_to_part(case: Case, person: Person) -> None:
    """Set on a case which entries may be read by a person who sees only part of it."""
    case.only_stages = stages_of(case, person)
    posts = person.posts_that_may(Capability.SAFEGUARD)
    if any(post.force_id == case.force_id and post.is_vetted() for post in posts):
        case.only_steps = safeguarding_steps()


def visible_case(request: HttpRequest, case_id: UUID) -> Case:
    """Return the case if the user may see its status, at least; 404 otherwise, as for an unknown id."""
    person = person_of(request)
    case = next(iter(_visible(Asker.of(person), case=case_id)), None)
    if case is None:
        raise Http404
    if not case.readable_by(person):
        case.subject = None
    return case


@compiled(case=UUID)
def _visible(asker: Asker, case: UUID) -> "QuerySet[Case]":
    cases = Case.objects.filter(pk=case).visible_to(asker.person).with_access_of(asker.person)
    return cases.select_related("subject", "force__parent", "council", "owner")


def readable_register_entry(request: HttpRequest, register_entry_id: UUID) -> RegisterEntry:
    """Return a register entry that the user may read, and log the read. 404 otherwise."""
    register_entries = RegisterEntry.objects.read_by(person_of(request)).select_related(
        "force", "begun_by", "owner", "asked_person", "asked_organisation"
    )
    register_entry = register_entries.filter(pk=register_entry_id).first()
    if register_entry is None:
        raise Http404
    looked(request, [register_entry.pk])
    return register_entry


def of_case(*enough: AccessLevel) -> "Callable[[Page[Given]], Routed[Given]]":
    """Return a decorator that loads a page's case for users with these access levels, and logs the read.

    A user with status-only access is redirected to the page that asks for a reason. Any other level answers
    404. A restricted case opens to a fresh proof by passkey alone.
    """

    def stated(page: "Page[Given]") -> "Routed[Given]":
        @wraps(page)
        def loaded(
            request: HttpRequest, case_id: UUID, *args: Given.args, **kwargs: Given.kwargs
        ) -> HttpResponse:
            case = visible_case(request, case_id)
            level = access_level_of(case)
            if level is AccessLevel.STATE:
                _keep_typed(request)
                return redirect("cases:open", case.pk)
            if level not in enough:
                raise Http404
            if case.restricted and (asked := fresh_proof(request, by_passkey=True)):
                return asked
            case.only_to_read = level is AccessLevel.READING
            if level is AccessLevel.PART:
                limit_to_part(case, person_of(request))
            looked(request, [case.pk])
            return page(request, case, *args, **kwargs)

        vars(loaded).update(access_levels=frozenset(enough))
        return cast("Routed[Given]", loaded)

    return stated


def _keep_typed(request: HttpRequest) -> None:
    """Keep what was typed into a form with a draft, for its author, as their access to the case has ended."""
    if SHOWING in request.POST:
        remember_sent(request, person_of(request))


def of_record(*, to_change: bool = False) -> "Callable[[PageOfRecord[Given]], RoutedByKind[Given]]":
    """Return a decorator that loads the record of a shared page by kind and id, and logs the read.

    `to_change` is for pages that add to the record; all others are for its readers. Kinds without
    `SharedActs` answer 404, and so do cases, whose pages have addresses and access levels of their own.
    """

    def stated(page: "PageOfRecord[Given]") -> "RoutedByKind[Given]":
        @wraps(page)
        def loaded(
            request: HttpRequest, kind: str, record_id: UUID, *args: Given.args, **kwargs: Given.kwargs
        ) -> HttpResponse:
            if kind == CASE.name or not takes_shared_acts(kind):
                raise Http404
            found, person = kind_named(kind), person_of(request)
            reached = found.changed_by(person) if to_change else found.read_by(person)
            record = get_object_or_404(reached, pk=record_id)
            looked(request, [record.pk])
            return page(request, record, *args, **kwargs)

        vars(loaded).update(to_change=to_change)
        return cast("RoutedByKind[Given]", loaded)

    return stated


def shown(request: HttpRequest, cases: Iterable[Case], verb: Verb = Verb.LISTED, *, sought: str = "") -> None:
    """Remove the subject from each case whose name the user may not see; log the names that are shown.

    Cases loaded with `naming_to` the user need no further query.
    """
    listed = list(cases)
    named = {case.pk for case in listed if case.may_name}
    unknown = {case.pk for case in listed if case.may_name is None}
    if unknown:
        found = Case.objects.filter(pk__in=unknown).named_to(person_of(request))
        named |= set(found.values_list("pk", flat=True))
    for case in listed:
        if case.pk not in named:
            case.subject = None
    looked(request, sorted(named), verb, sought=sought)
