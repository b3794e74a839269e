"""Which case a page is about, and how much of it who asks may see. Every page of a case begins here."""

from collections.abc import Callable, Iterable
from enum import Enum
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from handrail.access.models import Grant, Verb
from handrail.access.reading import looked
from handrail.access.views.people import person_of
from handrail.cases.models import Case, Matter
from handrail.cases.models.compiled import Asker, compiled
from handrail.organisations.models import Person

Given = ParamSpec("Given")
Page = Callable[Concatenate[HttpRequest, Case, Given], HttpResponse]
Routed = Callable[Concatenate[HttpRequest, UUID, Given], HttpResponse]


class AccessLevel(Enum):
    """How much of a case somebody sees."""

    WHOLE = "All of it, to work on."
    READING = "All of it, to read: it was shared with them, or is in their sample."
    PART = "Whom it is about, and the stages to which they were invited."
    STATE = "Where it stands; the rest after giving a reason."


def sight_of(case: Case) -> AccessLevel:
    """How much of a case is seen by the person for whom it was loaded with `standing_to`."""
    if case.may_change:
        return AccessLevel.WHOLE
    if case.may_read:
        return AccessLevel.READING
    return AccessLevel.PART if case.may_name else AccessLevel.STATE


def stages_of(case: Case, person: Person) -> frozenset[str]:
    """The stages of a case to which somebody was invited."""
    given = Grant.objects.live().to(person).filter(record=case.pk)
    return frozenset(stage for stages in given.values_list("stages", flat=True) for stage in stages)


def visible_case(request: HttpRequest, case_id: UUID) -> Case:
    """The case, if this person sees anything of it; the answer is the same when it does not exist."""
    person = person_of(request)
    case = next(iter(_visible(Asker.of(person), case=case_id)), None)
    if case is None:
        raise Http404
    if not case.readable_by(person):
        case.subject = None
    return case


@compiled(case=UUID)
def _visible(asker: Asker, case: UUID) -> "QuerySet[Case]":
    cases = Case.objects.filter(pk=case).visible_to(asker.person).standing_to(asker.person)
    return cases.select_related("subject", "force__parent", "council", "owner")


def readable_matter(request: HttpRequest, matter_id: UUID) -> Matter:
    """The matter of a register, for somebody who reads it, with a line in the log of reads."""
    matters = Matter.objects.read_by(person_of(request)).select_related("force", "begun_by")
    matter = matters.filter(pk=matter_id).first()
    if matter is None:
        raise Http404
    looked(request, [matter.pk])
    return matter


def of_case(*enough: AccessLevel) -> "Callable[[Page[Given]], Routed[Given]]":
    """Load the case of a page for somebody who sees enough of it, and leave a line in the log of reads.

    Who oversees it is asked for a reason first; for everybody else it does not exist.
    """

    def stated(page: "Page[Given]") -> "Routed[Given]":
        @wraps(page)
        def loaded(
            request: HttpRequest, case_id: UUID, *args: Given.args, **kwargs: Given.kwargs
        ) -> HttpResponse:
            case = visible_case(request, case_id)
            sight = sight_of(case)
            if sight is AccessLevel.STATE:
                return redirect("cases:open", case.pk)
            if sight not in enough:
                raise Http404
            case.only_to_read = sight is AccessLevel.READING
            if sight is AccessLevel.PART:
                case.only_stages = stages_of(case, person_of(request))
            looked(request, [case.pk])
            return page(request, case, *args, **kwargs)

        vars(loaded).update(sight=frozenset(enough))
        return cast("Routed[Given]", loaded)

    return stated


def shown(request: HttpRequest, cases: Iterable[Case], verb: Verb = Verb.LISTED, *, sought: str = "") -> None:
    """Take the name from each case that this person may not see it of, and log that the others are shown.

    Where the cases were loaded with `naming_to` this person, that is known already.
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
