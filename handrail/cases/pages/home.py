"""What needs a person: for each role what they can act on, the late first, and why."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Value
from django.utils import timezone

from handrail.access.given import given_to
from handrail.access.grant_kinds import RULES, on_home
from handrail.access.models import Grant
from handrail.accounts.appointments import posts_managed_by
from handrail.cases.case_access import access_reviews
from handrail.cases.case_access.access_reviews import Opening
from handrail.cases.engine import organisation_limits
from handrail.cases.engine.register_limits import due_from
from handrail.cases.intake.feedback import told_since
from handrail.cases.models import Case, Draft, FollowUp
from handrail.cases.models.compiled import Asker
from handrail.cases.models.kinds import CASE
from handrail.cases.models.register_entry import Matter, MatterDeadline
from handrail.cases.packs import current_pack
from handrail.cases.pages.home_queries import (
    COUNTED,
    SHOWN,
    SOON,
    Due,
    asked_of,
    cases_of,
    drafts_by,
    late_of_others,
    left_undone_by,
    opened_by,
    running,
    unowned,
)
from handrail.cases.registers.register import second_looks
from handrail.cases.timeline import follow_ups_shown
from handrail.cases.timeline.follow_ups_shown import FollowUpShown
from handrail.cases.timeline.threat import duties_on
from handrail.govuk.paging import at_most, counted
from handrail.organisations.capabilities import WORKS_CASES, Capability
from handrail.organisations.models import Duty, Person, Post
from handrail.policy.schema.step import Register, Step
from handrail.records.deadlines import RecordDeadline
from handrail.records.drafts import load_targets


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


@dataclass(frozen=True)
class Home:
    """The home page of one person.

    Each part asks which rows are theirs; the cases that all parts name are then read together, in `cases_of`.
    """

    person: Person
    today: date

    @cached_property
    def _asker(self) -> Asker:
        return Asker.of(self.person)

    @cached_property
    def _running(self) -> list[Due]:
        """What is due from them within four weeks, the earliest first; one more than is counted."""
        return [Due(*row) for row in running(self._asker, self.today)]

    @cached_property
    def _late_of_others(self) -> list[Due]:
        """For those who answer for others: what is late there, earliest first; one more than is counted."""
        if not self.person.may(Capability.READ_CHECKS):
            return []
        return [Due(*row) for row in late_of_others(self._asker, self.today)]

    @cached_property
    def _cases(self) -> dict[UUID, Case]:
        """Every case that the page names, and theirs whose clock is stopped."""
        ids = {due.case for due in (*self._running[:SHOWN], *self._late_of_others[:SHOWN])}
        ids |= {row.case_id for row in (*self._asked, *self._left_undone)}
        ids |= {grant.record for grant in (*self._grants, *self._opened)}
        ids |= {id_ for draft in self._drafts if draft.target_kind == CASE.name and (id_ := draft.target_id)}
        return {case.pk: case for case in cases_of(self._asker, ids=list(ids))}

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
        return asked_of(self._asker)

    @cached_property
    def _left_undone(self) -> list[FollowUp]:
        return left_undone_by(self._asker, self.today)

    @cached_property
    def _in_hand(self) -> list[FollowUpShown]:
        """What was asked, with what for; those of cases that they see."""
        rows = [row for row in (*self._asked, *self._left_undone) if row.case_id in self._cases]
        for row in rows:
            row.case = self._cases[row.case_id]
        return follow_ups_shown.told(rows)

    @property
    def asked(self) -> list[FollowUpShown]:
        """What this person was asked to do, or to take over, the earliest due first."""
        return [one for one in self._in_hand if one.row in self._asked]

    @property
    def left_undone(self) -> list[FollowUpShown]:
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
        return opened_by(self._asker, self.today)

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
        return drafts_by(self._asker)

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
        return at_most(len(unowned(self._asker, self.today)), COUNTED)

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


def home_of(person: Person) -> Home:
    """The home page of a person, today."""
    return Home(person, timezone.localdate())
