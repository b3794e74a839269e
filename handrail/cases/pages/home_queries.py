"""Queries of the home page; each part asks for the ids of its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Case as By
from django.db.models import Count, F, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Now

from handrail.access.models import Grant
from handrail.cases.case_access import access_reviews
from handrail.cases.engine.due import limits_on_threats, threats_first
from handrail.cases.models import Case, Deadline, FollowUp
from handrail.cases.models.compiled import Asker, compiled
from handrail.cases.models.visibility import each_of
from handrail.cases.timeline import follow_ups_shown
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Person
from handrail.organisations.reach import forces_of, forces_to_choose
from handrail.organisations.roles import roles_that_may
from handrail.policy.schema.step import Step
from handrail.records.drafts import Draft
from handrail.records.packs import in_any, known_packs

OF_THREATS, OF_OTHERS = 0, 1  # sort keys of deadlines: those of stated threats come first
SOON = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
SHOWN = 20
TOLD = 10
COUNTED = 100  # beyond this a page says "more than", since counting on is slow


# Roles that work only on cases they own. A practitioner works on all cases of the force.
OWN_CASES_ONLY = roles_that_may(Capability.WORK_OWN_CASES)
ANY = Q()


Row = tuple[UUID, str, str, date, int, datetime | None]


@dataclass(frozen=True, slots=True)
class Due:
    """A running deadline: its case, limit, step and due day; `place` is OF_THREATS or OF_OTHERS.

    `threat_due_at` is the moment by which a stated threat on the case has to be answered, if there is one.
    """

    case: UUID
    limit: str
    step: str
    day: date
    place: int
    threat_due_at: datetime | None


@compiled()
def running(asker: Asker, today: date) -> "QuerySet[Deadline, Row]":
    """Rows of deadlines that are the user's to meet within four weeks.

    Each way in which a deadline can be the user's is a query of its own, so that each uses an index.
    """
    person = asker.person
    running = Deadline.objects.running().visible_to(person).filter(clock_runs(), due__lte=today + SOON)
    # Implied by the filter above; repeated because the index of an owner's cases has this column.
    running = running.filter(case__next_due__lte=today + SOON)
    own_decision = Q(case__pending_by=person.pk) & Q(step_id__in=_signing_steps())
    running = running.exclude(own_decision).filter(Q(case__pending_step="") | Q(step_id__in=_steps_beside()))
    return _due(*(running.filter(way) for way in _reach(person)))


@compiled(owner=UUID)
def late_with(asker: Asker, today: date, owner: UUID) -> "QuerySet[Deadline, Row]":
    """Rows of late deadlines on cases allocated to one owner, for a user who answers for them."""
    return _late(asker.person, today, Q(case__owner=owner, case__allocated=True))


@compiled()
def late_with_nobody(asker: Asker, today: date) -> "QuerySet[Deadline, Row]":
    """Rows of late deadlines on cases that are not allocated, for a user who answers for them."""
    return _late(asker.person, today, Q(case__owner=None) | Q(case__allocated=False))


@compiled(force=UUID)
def late_in(asker: Asker, today: date, force: UUID) -> "QuerySet[Deadline, Row]":
    """Rows of late deadlines in one force, for a user who oversees several."""
    return _late(asker.person, today, Q(force=force))


def _late(person: Person, today: date, whose: Q) -> "QuerySet[Deadline, Row]":
    rows = _with_others(person).filter(whose, due__lte=today)
    return _due(rows, threats=_past(today), others=Q(due__lt=today))


def _past(today: date) -> Q:
    """Return the condition for deadlines whose day is over, or the hour of the threat on their case."""
    return Q(due__lt=today) | Q(limit_id__in=limits_on_threats(), due=today, case__threat_due_at__lt=Now())


def _with_others(person: Person) -> "QuerySet[Deadline]":
    """Return running deadlines that others meet and the user answers for."""
    rows = Deadline.objects.running().visible_to(person).filter(clock_runs())
    if person.may(*WORKS_CASES):
        rows = rows.exclude(reduce(or_, _reach(person)))
    if person.may(Capability.OVERSEE_REGION):
        rows = rows.filter(force__in=forces_of(person).order_by().values("pk"))
    elif not person.may(Capability.OVERSEE_NATION):
        rows = rows.filter(force__in=[force.pk for force in forces_to_choose(person)])
    return rows


# Of each owner or force: its id and name, how many tasks are overdue, and the day on which the first was due.
Counts = tuple[UUID | None, str | None, int, date]


@compiled()
def counts_by_owner(asker: Asker, today: date) -> "QuerySet[Deadline, Counts]":
    """Overdue tasks of others by owner, for a user who oversees a force; the longest overdue first.

    Those on cases that are not allocated, which a team's lead owns meanwhile, are one row without an owner.
    """
    allocated = When(case__allocated=True, then=F("case__owner"))
    named = When(case__allocated=True, then=F("case__owner__name"))
    return _counts(asker.person, today, By(allocated), By(named))


@compiled()
def counts_by_force(asker: Asker, today: date) -> "QuerySet[Deadline, Counts]":
    """Overdue tasks of others by force, for a user who oversees several; the longest overdue first."""
    return _counts(asker.person, today, F("force"), F("force__name"))


def _counts(person: Person, today: date, key: F | By, name: F | By) -> "QuerySet[Any, Any]":
    late = _with_others(person).filter(_past(today), due__lte=today).order_by()
    rows: QuerySet[Any, Any] = late.annotate(key=key, name=name).values_list("key", "name")
    rows = rows.annotate(late=Count("pk"), first=Min("due"))
    return rows.order_by("first", F("late").desc(), "name")


def _reach(person: Person) -> list[Q]:
    """Return the conditions for deadlines of the user: by role in the force, and on cases they own."""
    ways = []
    for post in person.current_posts:
        if Capability.WORK_COUNCIL_CASES in post.capabilities:
            ways.append(Q(step_id__in=_steps_by(post.role), case__council=post.organisation))
            continue
        # An owner sees every step that they may take, even where another role is reminded first.
        ways.append(Q(force=post.force_id, case__owner=person, step_id__in=_steps_by(post.role)))
        if post.role not in OWN_CASES_ONLY:
            ways.append(Q(force=post.force_id, role=post.role))
    return ways


def _due(*ways: "QuerySet[Deadline]", threats: Q = ANY, others: Q = ANY) -> "QuerySet[Deadline, Row]":
    """Return the first deadlines by due date, those of stated threats before all others; COUNTED + 1 at most.

    Threats and others are separate queries, so that each uses an index. `threats` and `others` narrow each.
    """
    on_threat = Q(limit_id__in=limits_on_threats())
    parts: list[QuerySet[Any, Any]]
    parts = [_part(way.filter(on_threat, threats), OF_THREATS) for way in ways]
    parts += [_part(way.filter(others).exclude(on_threat), OF_OTHERS) for way in ways]
    first, *further = parts or [_part(Deadline.objects.none(), OF_OTHERS)]
    rows = first.union(*further) if further else first
    return rows.order_by("place", "due", "case", "limit_id")[: COUNTED + 1]


def _part(rows: "QuerySet[Deadline]", place: int) -> "QuerySet[Any, Any]":
    rows = rows.annotate(place=Value(place)).order_by("due", "pk")
    return rows.values_list("case", "limit_id", "step_id", "due", "place", "case__threat_due_at")[
        : COUNTED + 1
    ]


@compiled(ids=list)
def cases_of(asker: Asker, ids: list[UUID]) -> "QuerySet[Case]":
    """Cases with these ids, the user's own longest paused, and those with a stated threat."""
    stopped = Case.objects.waiting().filter(owner=asker.person).order_by("waiting_since", "pk")
    threats = Case.objects.with_threat().worked_on_by(asker.person).values("pk")[:SHOWN]
    wanted = Case.objects.filter(pk__in=each_of(ids)).values("pk")
    wanted = wanted.union(stopped.values("pk")[:SHOWN], threats)
    found = Case.objects.filter(pk__in=wanted).visible_to(asker.person).with_access_of(asker.person)
    return found.select_related("subject", "owner", "force")


@compiled()
def asked_of(asker: Asker) -> "QuerySet[FollowUp]":
    return follow_ups_shown.asked_of(asker.person)[:SHOWN]


@compiled()
def asked_by_owner(asker: Asker) -> "QuerySet[FollowUp]":
    """Open follow-ups that others were asked to do on the user's cases, and matches there to be decided.

    At most SHOWN of each of the two. Refused ones first, then those on threats, then by due day.
    """
    rows = FollowUp.objects.open().filter(case__owner=asker.person).exclude(to_person=asker.person)
    rows = rows.annotate(next_due=Coalesce("answer_due", "due"))
    order = (
        F("refused_on").asc(nulls_last=True),
        threats_first("case__"),
        F("next_due").asc(nulls_last=True),
        "pk",
    )
    rows = rows.order_by(*order)
    matches = {kind for pack in known_packs() for kind in follow_ups_shown.kinds_of_likeness(pack)}
    first = rows.filter(kind_id__in=sorted(matches))[:SHOWN].values("pk")
    shown = first.union(rows.exclude(kind_id__in=sorted(matches))[:SHOWN].values("pk"))
    listed = FollowUp.objects.filter(pk__in=shown).annotate(next_due=Coalesce("answer_due", "due"))
    return listed.order_by(*order).select_related("to_person", "to_organisation")


@compiled()
def opened_by(asker: Asker, today: date) -> "QuerySet[Grant]":
    return access_reviews.notified_openings(asker.person, today)[:TOLD]


@compiled()
def drafts_by(asker: Asker) -> "QuerySet[Draft]":
    return Draft.objects.of(asker.person)[:SHOWN]


@compiled()
def unowned(asker: Asker, today: date) -> "QuerySet[Case, UUID]":
    """Return the ids of open cases that nobody in post owns; at most COUNTED + 1."""
    unowned = Case.objects.visible_to(asker.person).owned_by_nobody_in_post(today)
    return unowned.values_list("pk", flat=True)[: COUNTED + 1]


def clock_runs() -> Q:
    """Return the condition for deadlines that run: the case is not paused, or the limit never pauses."""
    return Q(case__waiting_since=None) | Q(limit_id__in=_limits_that_never_stop())


@cache
def _limits_that_never_stop() -> list[str]:
    return list(in_any(known_packs(), lambda pack: (limit for limit in pack.limits if not limit.stops)))


@cache
def _steps_by(role: str) -> list[str]:
    return _steps(lambda step: role in step.by)


@cache
def _signing_steps() -> list[str]:
    return _steps(lambda step: bool(step.signs))


@cache
def _steps_beside() -> list[str]:
    """Return the steps that can be taken while a decision awaits its sign-off."""
    return _steps(lambda step: bool(step.signs) or step.beside)


def _steps(fit: Callable[[Step], bool]) -> list[str]:
    """Return the ids of steps that satisfy `fit`, in every policy that a case may be under."""
    return list(in_any(known_packs(), lambda pack: filter(fit, pack.steps)))
