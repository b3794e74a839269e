"""The list of a MASH: cases on which nobody has recorded safeguarding, and what the MASH was asked."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Case as By
from django.db.models import IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience
from handrail.access.pages import Menu, page
from handrail.access.views.people import person_of
from handrail.cases.loading import shown
from handrail.cases.models import Case
from handrail.cases.models.compiled import Asker, compiled
from handrail.cases.pages.home import home_of
from handrail.cases.pages.home_tasks import grouped, of_follow_up
from handrail.organisations.capabilities import Capability
from handrail.policy.clock import add_months
from handrail.policy.schema.step import Step
from handrail.records.packs import known_packs

SHOWN = 50
CHILD, NOT_KNOWN, ADULT = range(3)
TITLES = {CHILD: "Children", NOT_KNOWN: "Age not known", ADULT: "Adults"}


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Cases without safeguarding whose subjects are children, of unknown age, or adults; the oldest first."""

    title: str
    cases: list[Case]


@page(Audience.SAFEGUARDERS, logged_as="the list of the MASH", menu=Menu("Safeguarding", 15))
@require_GET
def mash(request: HttpRequest) -> HttpResponse:
    """List what a MASH has to do: what it was asked, and cases without safeguarding, children first."""
    person, today = person_of(request), timezone.localdate()
    waiting = without_safeguarding(Asker.of(person), today)
    asked = grouped(of_follow_up(one) for one in home_of(person).asked)
    about = [task.case for group in asked for task in group.shown if task.case]
    shown(request, [*waiting, *about])
    context = {
        "groups": by_age(waiting),
        "asked": asked,
        "most": SHOWN,
        "waiting": waiting,
        "today": today,
        "in_part": not person.may(Capability.WORK_FORCE_CASES),
    }
    return render(request, "pages/mash.html", context)


def by_age(cases: list[Case]) -> list[AgeGroup]:
    """Return the cases that `without_safeguarding` found in groups by age, none of them empty."""
    return [AgeGroup(TITLES[place], list(found)) for place, found in groupby(cases, attrgetter("place"))]


@compiled()
def without_safeguarding(asker: Asker, today: date) -> "QuerySet[Case]":
    """Open cases in the user's forces without safeguarding on record: children first, then the oldest."""
    steps = {step.id for step in _recording()}
    stages = {stage for step in _recording() for stage in step.stages}
    forces = [post.force_id for post in asker.person.posts_that_may(Capability.SAFEGUARD)]
    cases = Case.objects.listed_to(asker.person).open().filter(force__in=forces, stage_id__in=sorted(stages))
    cases = cases.exclude(taken__overlap=sorted(steps)).naming_to(asker.person)
    cases = cases.select_related("subject", "force", "owner")
    found: QuerySet[Any] = cases.annotate(place=_place(today))
    return found.order_by("place", "opened_on", "pk")[:SHOWN]


def _place(today: date) -> By:
    """Return CHILD, NOT_KNOWN or ADULT for a case, by its subject's date of birth as far as it is known."""
    adult_if_born_by = add_months(today, -12 * 18)
    born, in_part = "subject__date_of_birth", "subject__born_in"
    return By(
        When(**{f"{born}__gt": adult_if_born_by}, then=CHILD),
        When(**{f"{born}__isnull": False}, then=ADULT),
        # A year alone may be that of a child. A withheld subject has no month: its comparisons are unknown.
        When(**{in_part: f"{adult_if_born_by:%Y}"}, then=CHILD),
        When(**{f"{in_part}__gte": f"{adult_if_born_by:%Y-%m}"}, then=CHILD),
        When(**{f"{in_part}__gt": ""}, then=ADULT),
        When(subject__approximate_age__lt=18, then=CHILD),
        When(subject__approximate_age__gte=18, then=ADULT),
        default=Value(NOT_KNOWN),
        output_field=IntegerField(),
    )


@cache
def _recording() -> list[Step]:
    """Return the steps that record safeguarding, in every known pack."""
    found = (pack.step_by_id[pack.safeguarding.recorded_by] for pack in known_packs() if pack.safeguarding)
    return list(found)
