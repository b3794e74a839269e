"""What needs a person: for each role what they can act on, the late first, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from handrail.access.appointments import posts_managed_by
from handrail.access.given import given_to
from handrail.access.models import Grant, GrantKind
from handrail.cases import in_hand, reviewing
from handrail.cases.in_hand import InHand
from handrail.cases.matters.register import second_looks
from handrail.cases.models import Case, Deadline, Draft
from handrail.cases.packs import in_any, known_packs
from handrail.cases.receipts import told_since
from handrail.cases.reviewing import Opening
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Organisation, Person, Post
from handrail.organisations.roles import Role
from handrail.policy.schema import Register, Step

SOON = timedelta(weeks=4)
SHOWN = 20
TOLD = 10
COUNTED = 100  # a page says how much there is up to here, and "more than" beyond: counting on costs time
# Who works on their own cases alone. A practitioner has those of the whole force, whoever owns them.
OWN_CASES_ONLY = frozenset({Role.PREVENT_OFFICER})


class MoreThan(int):
    """A count that was broken off: there is more than this."""

    def __str__(self) -> str:
        return f"more than {int(self):,}"


def counted(rows: "QuerySet[Any]", most: int) -> int:
    """How many rows there are, counted no further than `most`; beyond it reads as more than that."""
    found = rows.order_by()[: most + 1].count()
    return MoreThan(most) if found > most else found


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is due: on which case, which step, by when, and why."""

    case: Case
    step: Step
    why: str
    due: date
    today: date

    @property
    def days_late(self) -> int:
        """How many days it is overdue; nought when it is not."""
        return max((self.today - self.due).days, 0)


@dataclass(frozen=True, slots=True)
class Invited:
    """A case that somebody was let see, and by which grant."""

    grant: Grant
    case: Case

    @property
    def parts(self) -> list[str]:
        """The stages that they see, in words; none means all."""
        stages = self.case.pack.stage_by_id
        return [stages[stage].title for stage in self.grant.stages if stage in stages]


@dataclass(frozen=True)
class Home:
    """The home page of one person."""

    person: Person
    today: date

    @cached_property
    def _reach(self) -> Q:
        """The deadlines that are theirs to keep: of their role, in their force; on own cases for officers."""
        condition = Q(pk__in=[])
        for post in self.person.current_posts:
            if post.role == Role.PANEL_CHAIR:
                condition |= Q(step_id__in=_steps_by(post.role), case__council=post.organisation)
                continue
            # An owner is told of all that they may do themselves, whichever role is reminded first.
            mine = Q(case__owner=self.person, step_id__in=_steps_by(post.role))
            if post.role not in OWN_CASES_ONLY:
                mine |= Q(role=post.role)
            condition |= Q(force=post.force_id) & mine
        return condition

    @cached_property
    def needs(self) -> list[Need]:
        """What this person has to do, the earliest due first; at most twenty, see `more`."""
        return [self._need(row) for row in self._running[:SHOWN]]

    @cached_property
    def _running(self) -> QuerySet[Deadline]:
        soon = self.today + SOON
        running = Deadline.objects.running().filter(self._reach, clock_runs(), due__lte=soon)
        running = running.filter(case__in=Case.objects.visible_to(self.person))
        own_decision = Q(case__pending_by=self.person.pk) & Q(step_id__in=_signing_steps())
        return (
            running.exclude(own_decision)
            .filter(Q(case__pending_step="") | Q(step_id__in=_steps_beside()))
            .select_related("case__subject", "case__owner", "case__force")
            .order_by("due", "pk")
        )

    @property
    def cases(self) -> list[Case]:
        """Every case that the page names."""
        due = [need.case for need in (*self.needs, *self.late_in_team)]
        told = [*(one.case for one in self.invited), *(opening.case for opening in self.opened)]
        told += [one.row.case for one in (*self.asked, *self.left_undone)]
        return [*due, *self.waiting, *(draft.case for draft in self.drafts if draft.case), *told]

    @cached_property
    def asked(self) -> list[InHand]:
        """What this person was asked to do, or to take over, the earliest due first."""
        return in_hand.asked_of(self.person, SHOWN)

    @property
    def offered(self) -> bool:
        """Whether cases wait to be taken over by this person."""
        return any(one.rule.gives == "owner" for one in self.asked)

    @property
    def may_hand_over(self) -> bool:
        """Whether this person has a caseload, or answers for others'."""
        return self.person.may(*WORKS_CASES)

    @cached_property
    def left_undone(self) -> list[InHand]:
        """What others were asked on this person's cases, and is late or was refused."""
        return in_hand.left_undone(self.person, SHOWN, self.today)

    @cached_property
    def invited(self) -> list[Invited]:
        """The cases that others let this person see, the newest invitation first."""
        if not given_to(self.person).any:
            return []
        given = Grant.objects.live().to(self.person)
        given = given.exclude(kind__in=(GrantKind.OPENED, GrantKind.ASKED)).select_related("by")
        grants = list(given.order_by("-since")[:SHOWN])
        seen = Case.objects.visible_to(self.person).filter(pk__in={grant.record for grant in grants})
        cases = {case.pk: case for case in seen.select_related("subject", "force")} if grants else {}
        return [Invited(grant, cases[grant.record]) for grant in grants if grant.record in cases]

    @cached_property
    def opened(self) -> list[Opening]:
        """What others opened that this person is told of, the newest first."""
        return reviewing.in_words(reviewing.told(self.person)[:TOLD], self.person)

    @cached_property
    def reviews(self) -> bool:
        """Whether this person reviews why cases were opened."""
        return bool(reviewing.reviewing_posts(self.person))

    @cached_property
    def second_looks(self) -> list[tuple[Register, int]]:
        """For each register how many decisions of others wait for this person to look at them."""
        return second_looks(self.person)

    @cached_property
    def count(self) -> int:
        """How many things this person has to do in the next four weeks, the late ones included."""
        return counted(self._running, COUNTED)

    @cached_property
    def late(self) -> int:
        """How many of them are late."""
        return counted(self._running.filter(due__lt=self.today), COUNTED)

    @cached_property
    def waiting(self) -> list[Case]:
        """Cases of theirs whose clock is stopped, the longest first."""
        cases = Case.objects.worked_on_by(self.person).waiting().filter(owner=self.person)
        return list(cases.select_related("subject").order_by("waiting_since")[:SHOWN])

    @cached_property
    def drafts(self) -> list[Draft]:
        """Forms that this person began and has not sent."""
        return list(Draft.objects.of(self.person).select_related("case__subject")[:SHOWN])

    @cached_property
    def late_in_team(self) -> list[Need]:
        """For those who answer for others: what is late in their force or region, whoever has to do it."""
        if not self.person.may(Capability.READ_CHECKS):
            return []
        return [self._need(row) for row in self._late_of_others[:SHOWN]]

    @cached_property
    def late_in_team_count(self) -> int:
        """How much is late in their force or region."""
        return counted(self._late_of_others, COUNTED) if self.person.may(Capability.READ_CHECKS) else 0

    @cached_property
    def unowned(self) -> int:
        """For those who answer for others: how many of their cases nobody in post owns."""
        if not self.person.may(Capability.READ_CHECKS):
            return 0
        return counted(Case.objects.visible_to(self.person).owned_by_nobody_in_post(self.today), COUNTED)

    @cached_property
    def told(self) -> int:
        """On how many of the referrals that this person made feedback has come lately."""
        return told_since(self.person, self.today - SOON)

    @property
    def ending_posts(self) -> list[Post]:
        """Posts of this person that end soon, or whose vetting does or has."""
        return [post for post in self.person.current_posts if post.warnings(self.today)]

    @cached_property
    def ending_accounts(self) -> int:
        """For who manages accounts: how many posts there end soon, or have lost their vetting."""
        if not self.person.may(Capability.MANAGE_ACCOUNTS):
            return 0
        return counted(posts_managed_by(self.person).ending(self.today).exclude(person=self.person), COUNTED)

    @cached_property
    def _late_of_others(self) -> QuerySet[Deadline]:
        late = Deadline.objects.running().filter(clock_runs(), due__lt=self.today)
        late = late.filter(case__in=Case.objects.visible_to(self.person))
        late = late.exclude(self._reach) if Role.PREVENT_SUPERVISOR in self.person.roles else late
        if not self.person.may(Capability.OVERSEE_NATION):
            late = late.filter(force__in=list(forces_of(self.person)))
        return late.select_related("case__subject", "case__owner", "case__force").order_by("due", "pk")

    def _need(self, row: Deadline) -> Need:
        pack = row.case.pack
        limit = pack.limit_by_id[row.limit_id]
        return Need(row.case, pack.step_by_id[row.step_id], limit.statement, row.due, self.today)


def home_of(person: Person) -> Home:
    """The home page of a person, today."""
    return Home(person, timezone.localdate())


def forces_of(person: Person) -> QuerySet[Organisation]:
    """The forces whose cases a person's posts let them see."""
    if person.may(Capability.OVERSEE_NATION):
        return Organisation.objects.forces()
    regions = [post.organisation_id for post in person.posts_that_may(Capability.OVERSEE_REGION)]
    own = [post.force_id for post in person.current_posts if post.organisation_id not in regions]
    return Organisation.objects.forces().filter(Q(parent__in=regions) | Q(pk__in=own))


def clock_runs() -> Q:
    """The deadlines whose clock runs: those that never stop run also while an answer is awaited."""
    never = in_any(known_packs(), lambda pack: (limit for limit in pack.limits if not limit.stops))
    return Q(case__waiting_since=None) | Q(limit_id__in=list(never))


def _steps_by(role: str) -> list[str]:
    return _steps(lambda step: role in step.by)


def _signing_steps() -> list[str]:
    return _steps(lambda step: bool(step.signs))


def _steps_beside() -> list[str]:
    """The steps that can be taken while a decision waits for its sign-off."""
    return _steps(lambda step: bool(step.signs) or step.beside)


def _steps(fit: Callable[[Step], bool]) -> list[str]:
    """The ids of the steps that fit, of every policy that a case may be under."""
    return list(in_any(known_packs(), lambda pack: filter(fit, pack.steps)))
