"""What needs a person: for each role what they can act on, the late first, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Now
from django.utils import timezone

from handrail.access.given import given_to
from handrail.access.grant_kinds import RULES, on_home
from handrail.access.models import Grant
from handrail.accounts.appointments import posts_managed_by
from handrail.cases.case_access import access_reviews
from handrail.cases.case_access.access_reviews import Opening
from handrail.cases.engine import organisation_limits
from handrail.cases.engine.due import limits_on_threats
from handrail.cases.engine.register_limits import due_from
from handrail.cases.forms.choices import forces_of, forces_to_choose
from handrail.cases.intake.feedback import told_since
from handrail.cases.models import Case, Deadline, Draft, FollowUp
from handrail.cases.models.compiled import Asker, compiled
from handrail.cases.models.kinds import CASE
from handrail.cases.models.register_entry import Matter, MatterDeadline
from handrail.cases.models.visibility import each_of
from handrail.cases.packs import current_pack, in_any, known_packs
from handrail.cases.registers.register import second_looks
from handrail.cases.timeline import follow_ups_shown
from handrail.cases.timeline.follow_ups_shown import InHand
from handrail.cases.timeline.threat import duties_on
from handrail.govuk.paging import at_most, counted
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Duty, Person, Post
from handrail.organisations.roles import Role, roles_that_may
from handrail.policy.schema.step import Register, Step
from handrail.records.deadlines import RecordDeadline
from handrail.records.drafts import load_targets

SOON = timedelta(weeks=4)
SHOWN = 20
TOLD = 10
COUNTED = 100  # a page says how much there is up to here, and "more than" beyond: counting on costs time
# Who works on their own cases alone. A practitioner has those of the whole force, whoever owns them.
OWN_CASES_ONLY = roles_that_may(Capability.WORK_OWN_CASES)


ANY = Q()
OF_THREATS, OF_OTHERS = 0, 1  # the places of deadlines: those of stated threats come first
Row = tuple[UUID, str, str, date, int, datetime | None]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is due: on which case, by which limit, which step, by when, and why."""

    case: Case
    limit: str
    step: Step
    why: str
    due: date
    today: date

    @property
    def days_late(self) -> int:
        """How many days it is overdue; nought when it is not."""
        return max((self.today - self.due).days, 0)

    @property
    def is_by_the_clock(self) -> bool:
        """Whether it is due at a time of the day, as what was done about a stated threat is."""
        return self.case.is_by_the_clock(self.limit)


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


@dataclass(frozen=True, slots=True)
class Due:
    """A running deadline, without its case: of which limit and step, by when; a threat's has place 0.

    `threat_due_at` is the moment at which the threat of its case is due, where one waits.
    """

    case: UUID
    limit: str
    step: str
    day: date
    place: int
    threat_due_at: datetime | None

    def is_late(self, today: date, now: datetime) -> bool:
        """Whether its day is over, or its hour where it is that of a stated threat."""
        if self.place == OF_THREATS and self.threat_due_at:
            return self.threat_due_at < now
        return self.day < today


@dataclass(frozen=True)
class Home:
    """The home page of one person.

    Each part asks which rows are theirs; the cases that all parts name are then read together, in `_cases`.
    """

    person: Person
    today: date

    @cached_property
    def _asker(self) -> Asker:
        return Asker.of(self.person)

    @cached_property
    def _running(self) -> list[Due]:
        """What is due from them within four weeks, the earliest first; one more than is counted."""
        return [Due(*row) for row in _running(self._asker, self.today)]

    @cached_property
    def _late_of_others(self) -> list[Due]:
        """For those who answer for others: what is late there, earliest first; one more than is counted."""
        if not self.person.may(Capability.READ_CHECKS):
            return []
        return [Due(*row) for row in _late_of_others(self._asker, self.today)]

    @cached_property
    def _cases(self) -> dict[UUID, Case]:
        """Every case that the page names, and theirs whose clock is stopped."""
        ids = {due.case for due in (*self._running[:SHOWN], *self._late_of_others[:SHOWN])}
        ids |= {row.case_id for row in (*self._asked, *self._left_undone)}
        ids |= {grant.record for grant in (*self._grants, *self._opened)}
        ids |= {id_ for draft in self._drafts if draft.target_kind == CASE.name and (id_ := draft.target_id)}
        return {case.pk: case for case in _cases(self._asker, ids=list(ids))}

    @cached_property
    def threats(self) -> list[Case]:
        """The cases that they may read on which a stated threat stands, as `with_threat` orders them."""
        found = [case for case in self._cases.values() if case.threat and case.may_read]
        found = [case for case in found if case.threat_at and not case.joined_to_id]
        found = sorted(found, key=lambda case: (case.threat_at, case.pk), reverse=True)
        # The first part of the key sets apart those that have no moment, so any stands in for it.
        found.sort(key=lambda case: (case.threat_due_at is None, case.threat_due_at or case.threat_at))
        return found[:SHOWN]

    @property
    def threats_in_registers(self) -> list[Matter]:
        """What stands in a register in which a threat was stated, and nobody said yet what was done."""
        return [row.matter for row in self.in_registers if row.is_of_threat]

    @cached_property
    def on_duty(self) -> list[Duty]:
        """Who is on duty in the forces in which a stated threat stands."""
        return duties_on([*self.threats, *self.threats_in_registers], timezone.now())

    @property
    def cases(self) -> list[Case]:
        """Every case that the page names."""
        due = [*self.threats, *(need.case for need in (*self.needs, *self.late_in_team))]
        told = [*(one.case for one in self.invited), *(opening.case for opening in self.opened)]
        told += [one.row.case for one in (*self.asked, *self.left_undone)]
        return [
            *due,
            *self.waiting,
            *(draft.target for draft in self.drafts if isinstance(draft.target, Case)),
            *told,
        ]

    @cached_property
    def needs(self) -> list[Need]:
        """What this person has to do, the earliest due first; at most twenty, see `count`."""
        return self._needs(self._running)

    @property
    def count(self) -> int:
        """How many things this person has to do in the next four weeks, the late ones included."""
        return at_most(len(self._running) + len(self.in_registers) + len(self.of_organisations), COUNTED)

    @property
    def needs_count(self) -> int:
        """How many of them are on cases."""
        return at_most(len(self._running), COUNTED)

    @property
    def late(self) -> int:
        """How many of them are late."""
        now = timezone.now()
        late = sum(due.is_late(self.today, now) for due in self._running)
        late += sum(one.is_late(self.today) for one in self.in_registers)
        return at_most(late + sum(one.due < self.today for one in self.of_organisations), COUNTED)

    @cached_property
    def late_in_team(self) -> list[Need]:
        """For those who answer for others: what is late in their force or region, whoever has to do it."""
        return self._needs(self._late_of_others)

    @property
    def late_in_team_count(self) -> int:
        """How much is late in their force or region."""
        return at_most(len(self._late_of_others), COUNTED)

    def _needs(self, rows: list[Due]) -> list[Need]:
        """The first rows in words, with their cases."""
        found = []
        for due in rows[:SHOWN]:
            if case := self._cases.get(due.case):
                limit, step = case.pack.limit_by_id[due.limit], case.pack.step_by_id[due.step]
                found.append(Need(case, due.limit, step, limit.statement, due.day, self.today))
        return found

    @cached_property
    def _asked(self) -> list[FollowUp]:
        return _asked(self._asker)

    @cached_property
    def _left_undone(self) -> list[FollowUp]:
        return _left_undone(self._asker, self.today)

    @cached_property
    def _in_hand(self) -> list[InHand]:
        """What was asked, with what for; those of cases that they see."""
        rows = [row for row in (*self._asked, *self._left_undone) if row.case_id in self._cases]
        for row in rows:
            row.case = self._cases[row.case_id]
        return follow_ups_shown.told(rows)

    @property
    def asked(self) -> list[InHand]:
        """What this person was asked to do, or to take over, the earliest due first."""
        return [one for one in self._in_hand if one.row in self._asked]

    @property
    def left_undone(self) -> list[InHand]:
        """What others were asked on this person's cases, and is late or was refused."""
        return [one for one in self._in_hand if one.row not in self._asked]

    @property
    def offered(self) -> bool:
        """Whether cases wait to be taken over by this person."""
        return any(one.rule.gives == "owner" for one in self.asked)

    @property
    def keeps_duty_list(self) -> bool:
        """Whether this person says who is on duty in a force."""
        return self.person.may(Capability.KEEP_DUTY_LIST)

    @property
    def may_hand_over(self) -> bool:
        """Whether this person has a caseload, or answers for others'."""
        return self.person.may(*WORKS_CASES)

    @cached_property
    def _grants(self) -> list[Grant]:
        if not given_to(self.person).any:
            return []
        given = Grant.objects.live().to(self.person)
        given = given.filter(kind__in=on_home()).select_related("by")
        return list(given.order_by("-since")[:SHOWN])

    @property
    def invited(self) -> list[Invited]:
        """The cases that others let this person see, the newest invitation first.

        Not what was shared with them, or given by an event, and is marked higher than they are vetted: they
        can read nothing of it.
        """
        shared = [one.record for one in self._grants if RULES[one.kind].shares or one.event]
        listed = Case.objects.listed_to(self.person).filter(pk__in=shared)
        hidden = set(shared) - set(listed.values_list("pk", flat=True)) if shared else set()
        given = [grant for grant in self._grants if grant.record not in hidden]
        return [Invited(grant, self._cases[grant.record]) for grant in given if grant.record in self._cases]

    @cached_property
    def _opened(self) -> list[Grant]:
        return _opened(self._asker, self.today)

    @cached_property
    def opened(self) -> list[Opening]:
        """What others opened that this person is told of, the newest first."""
        seen = (grant for grant in self._opened if grant.record in self._cases)
        return [access_reviews.opening_of(grant, self._cases[grant.record]) for grant in seen]

    @cached_property
    def reviews(self) -> bool:
        """Whether this person reviews why cases were opened."""
        return bool(access_reviews.reviewing_posts(self.person))

    @cached_property
    def waiting(self) -> list[Case]:
        """Cases of theirs whose clock is stopped, the longest first."""
        own = (case for case in self._cases.values() if case.owner_id == self.person.pk and case.may_read)
        stopped = [(case.waiting_since, case.pk, case) for case in own if case.waiting_since and case.is_open]
        return [case for _, _, case in sorted(stopped, key=lambda row: row[:2])][:SHOWN]

    @cached_property
    def _drafts(self) -> list[Draft]:
        return _drafts(self._asker)

    @cached_property
    def drafts(self) -> list[Draft]:
        """Forms that this person began and has not sent."""
        load_targets(self._drafts, self.person, {CASE.name: self._cases})
        return [draft for draft in self._drafts if draft.target or not draft.target_id]

    @cached_property
    def second_looks(self) -> list[tuple[Register, int]]:
        """For each register how many decisions of others wait for this person to look at them."""
        return [(one, count) for one in current_pack().registers if (count := self._counts.get(one.id))]

    @cached_property
    def _counts(self) -> dict[str, int]:
        """Second looks by the id of their register, and feedback under none; counted in one statement."""
        told = told_since(self.person, self.today - SOON).annotate(register=Value(""))
        counted = told.values_list("register").annotate(Count("pk"))
        return dict(counted.union(second_looks(self.person), all=True))

    @cached_property
    def in_registers(self) -> list[MatterDeadline]:
        """What is due from this person in the registers, the earliest first; at most twenty."""
        return due_from(self.person, self.today, SOON)

    def statement_of(self, due: RecordDeadline) -> str:
        """What is due from an organisation, in the words of the policy."""
        return organisation_limits.statement(due.organisation, due.limit_id)

    @cached_property
    def of_organisations(self) -> list[RecordDeadline]:
        """What is due from organisations in which this person keeps such things, the earliest first."""
        return organisation_limits.due_from(self.person, self.today, SOON)

    @cached_property
    def unowned(self) -> int:
        """For those who answer for others: how many of their cases nobody in post owns."""
        if not self.person.may(Capability.READ_CHECKS):
            return 0
        return at_most(len(_unowned(self._asker, self.today)), COUNTED)

    @cached_property
    def told(self) -> int:
        """On how many of the referrals that this person made feedback has come lately."""
        return self._counts.get("", 0)

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


@compiled()
def _running(asker: Asker, today: date) -> "QuerySet[Deadline, Row]":
    """Each way in which a deadline is theirs to keep is asked for by itself: an index finds each."""
    person = asker.person
    running = Deadline.objects.running().visible_to(person).filter(clock_runs(), due__lte=today + SOON)
    # It follows that the case has something due by then, which an index of an owner's cases knows.
    running = running.filter(case__next_due__lte=today + SOON)
    own_decision = Q(case__pending_by=person.pk) & Q(step_id__in=_signing_steps())
    running = running.exclude(own_decision).filter(Q(case__pending_step="") | Q(step_id__in=_steps_beside()))
    return _due(*(running.filter(way) for way in _reach(person)))


@compiled()
def _late_of_others(asker: Asker, today: date) -> "QuerySet[Deadline, Row]":
    person = asker.person
    late = Deadline.objects.running().visible_to(person).filter(clock_runs())
    if person.may(*WORKS_CASES):
        late = late.exclude(reduce(or_, _reach(person)))
    if person.may(Capability.OVERSEE_REGION):
        late = late.filter(force__in=forces_of(person).order_by().values("pk"))
    elif not person.may(Capability.OVERSEE_NATION):
        late = late.filter(force__in=[force.pk for force in forces_to_choose(person)])
    # What is past its hour is due today at the latest, which an index knows.
    past = Q(due__lt=today) | Q(due=today, case__threat_due_at__lt=Now())
    return _due(late.filter(due__lte=today), threats=past, others=Q(due__lt=today))


def _reach(person: Person) -> list[Q]:
    """The ways in which deadlines are somebody's to keep: of their role in their force, and on own cases."""
    ways = []
    for post in person.current_posts:
        if Capability.WORK_COUNCIL_CASES in Role(post.role).capabilities:
            ways.append(Q(step_id__in=_steps_by(post.role), case__council=post.organisation))
            continue
        # An owner is told of all that they may do themselves, whichever role is reminded first.
        ways.append(Q(force=post.force_id, case__owner=person, step_id__in=_steps_by(post.role)))
        if post.role not in OWN_CASES_ONLY:
            ways.append(Q(force=post.force_id, role=post.role))
    return ways


def _due(*ways: "QuerySet[Deadline]", threats: Q = ANY, others: Q = ANY) -> "QuerySet[Deadline, Row]":
    """The first of these deadlines in the order of due dates, one more of them than a page counts.

    Those of stated threats come before all others. They are asked for by themselves, so that an index finds
    the earliest of the others. `threats` and `others` say which of each are meant.
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
def _cases(asker: Asker, ids: list[UUID]) -> "QuerySet[Case]":
    """The cases with these ids, this person's own that wait longest, and those on which a threat stands."""
    stopped = Case.objects.waiting().filter(owner=asker.person).order_by("waiting_since", "pk")
    threats = Case.objects.with_threat().worked_on_by(asker.person).values("pk")[:SHOWN]
    wanted = Case.objects.filter(pk__in=each_of(ids)).values("pk")
    wanted = wanted.union(stopped.values("pk")[:SHOWN], threats)
    found = Case.objects.filter(pk__in=wanted).visible_to(asker.person).standing_to(asker.person)
    return found.select_related("subject", "owner", "force")


@compiled()
def _asked(asker: Asker) -> "QuerySet[FollowUp]":
    return follow_ups_shown.asked_of(asker.person)[:SHOWN]


@compiled()
def _left_undone(asker: Asker, today: date) -> "QuerySet[FollowUp]":
    return follow_ups_shown.left_undone(asker.person, today)[:SHOWN]


@compiled()
def _opened(asker: Asker, today: date) -> "QuerySet[Grant]":
    return access_reviews.told(asker.person, today)[:TOLD]


@compiled()
def _drafts(asker: Asker) -> "QuerySet[Draft]":
    return Draft.objects.of(asker.person)[:SHOWN]


@compiled()
def _unowned(asker: Asker, today: date) -> "QuerySet[Case, UUID]":
    """The ids of the first open cases that nobody in post owns, one more than is counted."""
    unowned = Case.objects.visible_to(asker.person).owned_by_nobody_in_post(today)
    return unowned.values_list("pk", flat=True)[: COUNTED + 1]


def home_of(person: Person) -> Home:
    """The home page of a person, today."""
    return Home(person, timezone.localdate())


def clock_runs() -> Q:
    """The deadlines whose clock runs: those that never stop run also while an answer is awaited."""
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
    """The steps that can be taken while a decision waits for its sign-off."""
    return _steps(lambda step: bool(step.signs) or step.beside)


def _steps(fit: Callable[[Step], bool]) -> list[str]:
    """The ids of the steps that fit, of every policy that a case may be under."""
    return list(in_any(known_packs(), lambda pack: filter(fit, pack.steps)))
