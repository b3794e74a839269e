"""Reviews of access with a reason (grants of the kind OPENED, “openings” in names here).

A reviewer answers for the users who opened the cases. A review that is late also appears at the next level.
The lists are computed from the grants on each request; no queue is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from handrail.access import actions as access
from handrail.access.errors import NotAllowed
from handrail.access.grant_kinds import GrantKind
from handrail.access.models import Grant, Verb
from handrail.access.pages import called
from handrail.cases.models import Case, CaseQuerySet
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Person, Post
from handrail.organisations.roles import Role, roles_that_may, title_of
from handrail.policy.clock import add_working_days, last_day_before
from handrail.records.packs import current_pack

# Reviewing roles by level. A late review also appears at the next level up. A case opened by a user of one
# level is reviewed first at the next level; the last level reviews its own, each user those of colleagues.
REVIEWING = roles_that_may(Capability.REVIEW_OPENINGS)
WORKING = roles_that_may(*WORKS_CASES)
OF_A_FORCE = roles_that_may(Capability.OVERSEE_FORCE)
LEVELS: tuple[frozenset[Role], ...] = (
    REVIEWING & WORKING,
    REVIEWING & OF_A_FORCE - WORKING,
    REVIEWING - OF_A_FORCE,
)
LAST = len(LEVELS) - 1
TOLD_FOR = timedelta(weeks=4)  # how long the owner of a case is shown that it was opened
MOST_LINES = 200


def level_of(role: str) -> int | None:
    """Return the index in LEVELS at which a role reviews openings; None for a role that reviews none."""
    return next((number for number, roles in enumerate(LEVELS) if role in roles), None)


def rank_of(role: str) -> int:
    """Return the index in LEVELS that first reviews cases opened by a user in this role."""
    own = level_of(role)
    return 0 if own is None else min(own + 1, LAST)


def openings() -> "QuerySet[Grant]":
    """Return every opening that row security shows the current user."""
    return Grant.objects.filter(kind=GrantKind.OPENED).select_related("person")


def _of_rank(rank: int) -> Q:
    """Match the openings that this level is the first to review."""
    return Q(role__in=[role for role in Role if rank_of(role) == rank])


def reviewing_posts(person: Person) -> list[Post]:
    """Return the person's vetted posts that may review openings."""
    return [post for post in person.posts_that_may(Capability.REVIEW_OPENINGS) if post.is_vetted()]


def reviewed_by(person: Person) -> "QuerySet[Grant]":
    """Return the openings that a person may review, early, late or already reviewed; never their own."""
    rows = openings().exclude(person=person)
    condition = Q(pk__in=[])
    for post in reviewing_posts(person):
        under = Q(record__in=_cases_under(post, person).values("pk"))
        for rank in range((level_of(post.role) or 0) + 1):
            condition |= _of_rank(rank) & under
    return rows.filter(condition)


def awaiting(person: Person, today: date | None = None) -> "QuerySet[Grant]":
    """Return the openings that wait for this person's review today, the oldest first.

    The first reviewing level has an opening at once. Each level above has it after one more review period,
    in working days, has passed without a review. Only cases that the person sees are included.
    """
    waits = _waiting_for(person, today or timezone.localdate())
    waits &= Q(record__in=Case.objects.visible_to(person).values("pk"))
    return openings().exclude(person=person).filter(waits).order_by("since", "pk")


def _waiting_for(person: Person, today: date) -> Q:
    condition = Q(pk__in=[])
    for post in reviewing_posts(person):
        level = level_of(post.role) or 0
        due = Q(pk__in=[])
        for rank in range(level + 1):
            due |= _of_rank(rank) & Q(since__lt=waited_since(level - rank, today))
        condition |= due & Q(record__in=_cases_of(post).values("pk"))
    return condition & Q(reviewed_at=None)


def notified_openings(person: Person, today: date) -> "QuerySet[Grant]":
    """Return the openings that a person is notified of, the newest first; never their own.

    These are recent openings of cases that the person owns and, for a reviewer, openings that await review.
    The caller must leave out the cases that the person may not see.
    """
    own = Case.objects.filter(owner=person)
    lately = Q(record__in=own.values("pk"), since__gte=openings_shown_since(today))
    waits = _waiting_for(person, today)
    return openings().exclude(person=person).filter(lately | waits).order_by("-since", "pk")


def openings_shown_since(today: date) -> datetime:
    """Return the midnight from which openings are still shown to the owner of a case."""
    return timezone.make_aware(datetime.combine(today - TOLD_FOR, time.min))


def waited_since(steps: int, today: date) -> datetime:
    """Return the moment before which a case must have been opened to be `steps` levels overdue."""
    if not steps:
        return timezone.make_aware(datetime.combine(today + timedelta(days=1), time.min))
    pack = current_pack()
    last = last_day_before(today, steps * pack.access.reviewed_within_working_days, pack.calendar)
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))


def _cases_under(post: Post, person: Person) -> "QuerySet[Case]":
    """Return the cases of the post's force, region or nation that the person also sees."""
    return _cases_of(post).visible_to(person)


def _cases_of(post: Post) -> CaseQuerySet:
    """Return every case of the post's force, region or nation, whether or not its holder sees it."""
    cases = Case.objects.all()
    may = post.capabilities
    if Capability.OVERSEE_NATION in may:
        return cases
    if Capability.OVERSEE_REGION in may:
        return cases.filter(force__parent=post.organisation_id)
    return cases.filter(force=post.force_id)


def review(grant: Grant, *, by: Person, finding: str, reason: str) -> None:
    """Record the finding of a review. Raises NotAllowed where the opening is not this person's to review."""
    with transaction.atomic():
        if not reviewed_by(by).filter(pk=grant.pk).exists():
            raise NotAllowed("You cannot review this.")
        case = Case.objects.visible_to(by).select_related("force").get(pk=grant.record)
        posts = reviewing_posts(by)
        post = next((post for post in posts if post.reaches(case.force)), posts[0])
        access.review(grant, by=by, post=post, finding=finding, reason=reason)


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening as a page shows it: role and purpose in words, and the last day for its review."""

    grant: Grant
    case: Case
    role: str
    why: str
    due: date
    today: date

    @property
    def days_late(self) -> int:
        """Number of days by which the review is overdue; 0 when it is on time or done."""
        return 0 if self.grant.reviewed_at else max((self.today - self.due).days, 0)

    @property
    def finding(self) -> str:
        """Label of the review's finding."""
        return _labels(current_pack().access.findings).get(self.grant.finding, self.grant.finding)


def as_openings(grants: Iterable[Grant], person: Person, today: date) -> list[Opening]:
    """Return `Opening`s for these grants, in order, leaving out cases that the person may not see."""
    rows = list(grants)
    if not rows:
        return []
    seen = Case.objects.visible_to(person).filter(pk__in={row.record for row in rows})
    cases = {case.pk: case for case in seen.select_related("subject", "force")}
    return [opening_of(row, cases[row.record], today) for row in rows if row.record in cases]


def opening_of(grant: Grant, case: Case, today: date) -> Opening:
    """Return a grant of the kind OPENED as an `Opening`."""
    pack = current_pack()
    within = pack.access.reviewed_within_working_days
    return Opening(
        grant=grant,
        case=case,
        role=title_of(grant.role),
        why=_labels(pack.access.purposes).get(grant.purpose, ""),
        due=add_working_days(timezone.localdate(grant.since), within, pack.calendar),
        today=today,
    )


def _labels(codes: str) -> dict[str, str]:
    return current_pack().codes_by_id[codes].labels


@dataclass(frozen=True, slots=True)
class Look:
    """One line of the log of reads during an opening: when, what was done, and the URL name of the page."""

    at: datetime
    verb: Verb
    page: str

    @property
    def words(self) -> str:
        """What was done, and on which page, as the log of reads calls it: “Printed: a paper about a case”."""
        return f"{self.verb.label}: {called(self.page)}"


def looked_at(grant: UUID) -> list[Look]:
    """Return what the user did with the case while it was open to them, in order; at most MOST_LINES."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, verb, page FROM access_looked(%s, %s)", [grant, MOST_LINES])
        return [Look(at, Verb(verb), page) for at, verb, page in cursor.fetchall()]


def recent_on(cases: "QuerySet[Case]", since: datetime) -> "QuerySet[Grant]":
    """Return the openings of these cases since a moment, the newest first."""
    rows = openings().filter(record__in=cases.values("pk"), since__gte=since)
    return rows.order_by("-since")
