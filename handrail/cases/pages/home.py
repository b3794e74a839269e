"""The home page: what each user can act on, by role, overdue first, and why."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Value
from django.utils import timezone

from handrail.access.duty import forces_kept_by
from handrail.access.given import given_to
from handrail.access.grant_kinds import RULES, on_home
from handrail.access.models import Grant
from handrail.accounts.appointments import posts_managed_by
from handrail.cases.case_access import access_reviews
from handrail.cases.case_access.access_reviews import Opening
from handrail.cases.engine import organisation_limits
from handrail.cases.engine.register_limits import in_hand, waits_for_others
from handrail.cases.intake.feedback import told_since
from handrail.cases.models import Case, FollowUp, Redacted
from handrail.cases.models.compiled import Asker
from handrail.cases.models.kinds import CASE
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry
from handrail.cases.pages.home_given import Granted, Invited
from handrail.cases.pages.home_queries import (
    COUNTED,
    SHOWN,
    SOON,
    TOLD,
    Due,
    asked_by_owner,
    asked_of,
    cases_of,
    drafts_by,
    opened_by,
    running,
    unowned,
)
from handrail.cases.pages.home_tasks import (
    DUE,
    IN_GROUP,
    Group,
    Task,
    grouped,
    of_case,
    of_follow_up,
    of_organisation,
    of_register,
    step_on_threat,
)
from handrail.cases.pages.home_team import Team, team_of
from handrail.cases.registers.register import second_looks
from handrail.cases.timeline import follow_ups_shown
from handrail.cases.timeline.follow_ups_shown import FollowUpShown
from handrail.cases.timeline.threat import duties_on
from handrail.govuk.paging import AtLeast, at_most, counted, listed
from handrail.organisations.capabilities import Capability
from handrail.organisations.models import Duty, Person, Post
from handrail.policy.schema.step import Register, Step
from handrail.records.deadlines import RecordDeadline
from handrail.records.drafts import Draft, load_targets
from handrail.records.kinds import RecordKind, kinds
from handrail.records.packs import current_pack


@dataclass(frozen=True)
class Home:
    """The home page of one user.

    Each part queries the ids of its rows; the cases that all parts name are then loaded together, by
    `cases_of`.
    """

    person: Person
    today: date

    @cached_property
    def _asker(self) -> Asker:
        return Asker.of(self.person)

    @cached_property
    def _running(self) -> list[Due]:
        """The user's tasks due within four weeks, the earliest first; at most COUNTED + 1."""
        return [Due(*row) for row in running(self._asker, self.today)]

    @cached_property
    def _cases(self) -> dict[UUID, Case]:
        """Every case that the page names, and the user's own cases that are paused, by id."""
        ids = {due.case for due in self._running}
        ids |= {row.case_id for row in (*self._asked, *self._asked_by_owner)}
        ids |= {grant.record for grant in (*self._grants, *self._opened)}
        ids |= {id_ for draft in self._drafts if draft.target_kind == CASE.name and (id_ := draft.target_id)}
        return {case.pk: case for case in cases_of(self._asker, ids=list(ids))}

    @cached_property
    def threats(self) -> list[Case]:
        """Readable cases with a stated threat, in the order of `with_threat`; at most SHOWN."""
        found = [case for case in self._cases.values() if case.threat and case.may_read]
        found = [case for case in found if case.threat_at and not case.joined_to_id]
        found = sorted(found, key=lambda case: (case.threat_at, case.pk), reverse=True)
        # Cases without a due moment sort last; their second key only has to be comparable.
        found.sort(key=lambda case: (case.threat_due_at is None, case.threat_due_at or case.threat_at))
        return found[:SHOWN]

    @property
    def threats_number(self) -> int:
        """How many stated threats await the user, on cases and in registers."""
        found = len(self.threats) + len(self.threats_in_registers)
        return AtLeast(found) if len(self.threats) >= SHOWN else found

    @property
    def threats_in_registers(self) -> list[RegisterEntry]:
        """Register entries with a stated threat on which no action is recorded yet."""
        return [row.register_entry for row in self.in_registers if row.is_of_threat]

    @cached_property
    def on_duty(self) -> list[Duty]:
        """The users on duty in the forces with a stated threat."""
        return duties_on([*self.threats, *self.threats_in_registers], timezone.now())

    @property
    def cases(self) -> list[Case]:
        """Every case that the page names; a case may occur more than once."""
        due = [*self.threats, *(task.case for group in self.groups for task in group.shown if task.case)]
        told = [*(one.case for one in self.invited), *(opening.case for opening in self.opened)]
        told += [one.row.case for one in self.waiting_on]
        return [
            *due,
            *self.waiting,
            *(draft.target for draft in self.drafts if isinstance(draft.target, Case)),
            *told,
        ]

    @cached_property
    def tasks(self) -> list[Task]:
        """Everything that is the user's to do, in no order."""
        read = self._running[:COUNTED]
        return [
            *(self._task_of(due) for due in read if due.case in self._cases),
            *(of_follow_up(one) for one in (*self.asked, *self.matches)),
            *(of_register(row, self.today) for row in self.in_registers),
            *(of_organisation(row, self.today) for row in self.of_organisations),
        ]

    @cached_property
    def groups(self) -> list[Group]:
        """The user's tasks in groups, the longest overdue first; IN_GROUP lines of each."""
        return grouped(self.tasks, IN_GROUP, is_cut=self.is_cut)

    @property
    def needs(self) -> list[Task]:
        """The user's tasks on cases, in the order of the page."""
        tasks = (task for group in grouped(self.tasks) for task in group.tasks)
        return [task for task in tasks if task.step_id]

    def number(self, when: str = "") -> int:
        """Return how many tasks the user has, or how many of them are due then; `when` is one of DUE."""
        found = sum(task.when == when or not when for task in self.tasks)
        return AtLeast(found) if self._may_lack(when) else found

    def _may_lack(self, when: str) -> bool:
        """Return whether tasks that are due then may be among those that were not read.

        Only of deadlines of cases is it known when the next one that was not read is due.
        """
        others = (self._asked, self.matches, self.in_registers, self.of_organisations)
        if any(len(rows) >= SHOWN for rows in others):
            return True
        unread = [self._task_of(due) for due in self._running[COUNTED:] if due.case in self._cases]
        last = DUE.index(when) if when else len(DUE)
        return any(task.is_by_the_clock or DUE.index(task.when) <= last for task in unread)

    def _task_of(self, due: Due) -> Task:
        return of_case(self._cases[due.case], due, self.today, self.person)

    @property
    def count(self) -> int:
        """How many tasks the user has in the next four weeks, including overdue ones."""
        return self.number()

    @property
    def late(self) -> int:
        """How many of the user's tasks are overdue."""
        return self.number("late")

    @cached_property
    def team(self) -> Team | None:
        """Overdue tasks of the people or forces that the user answers for; None if they answer for nobody."""
        return team_of(self._asker, self.today)

    @cached_property
    def _asked(self) -> list[FollowUp]:
        return asked_of(self._asker)

    @cached_property
    def _asked_by_owner(self) -> list[FollowUp]:
        return asked_by_owner(self._asker)

    @cached_property
    def _in_hand(self) -> list[FollowUpShown]:
        """The follow-ups asked of the user, and those of others on the user's own cases."""
        rows = [row for row in (*self._asked, *self._asked_by_owner) if row.case_id in self._cases]
        for row in rows:
            row.case = self._cases[row.case_id]
        return follow_ups_shown.present_all(rows, self.today)

    @property
    def asked(self) -> list[FollowUpShown]:
        """Follow-ups that the user was asked to do or to take over, the earliest due first."""
        return [one for one in self._in_hand if one.row in self._asked]

    @property
    def matches(self) -> list[FollowUpShown]:
        """Possible matches on the user's own cases that nobody has decided yet, and the user may decide."""
        open_ = (one for one in self._in_hand if one.row not in self._asked and one.asks_likeness)
        return [one for one in open_ if one.row.case.may_change]

    @property
    def waiting_on(self) -> list[FollowUpShown]:
        """What others were asked on the user's own cases: refused first, then overdue."""
        return [one for one in self._in_hand if one.row not in self._asked and not one.asks_likeness]

    @property
    def is_cut(self) -> bool:
        """Whether more of the user's tasks may be due than were read."""
        return self._may_lack("")

    @property
    def others_number(self) -> int:
        """How many things the user waits for others to do."""
        return listed(SHOWN, self.waiting_on, self.waiting, self.waiting_in_registers)

    @property
    def drafts_number(self) -> int:
        """How many drafts the user has."""
        return listed(SHOWN, self.drafts)

    def threat_step(self, case: Case) -> Step | None:
        """Return the step that says what was done about a case's threat, where the user may take it."""
        return step_on_threat(case, self.person)

    @property
    def most(self) -> int:
        """Number of rows after which a list is cut off."""
        return SHOWN

    @property
    def most_opened(self) -> int:
        """Number of accesses by others after which their list is cut off."""
        return TOLD

    @property
    def offered(self) -> bool:
        """Whether cases wait to be taken over by this user."""
        return any(one.rule.gives == "owner" for one in self.asked)

    @property
    def keeps_duty_list(self) -> bool:
        """Whether this user maintains a force's duty list."""
        return bool(forces_kept_by(self.person))

    @property
    def owns_cases(self) -> bool:
        """Whether this user can be the owner of cases, and so may hand a caseload over."""
        return self.person.may(Capability.OWN_CASES)

    @cached_property
    def _grants(self) -> list[Grant]:
        if not given_to(self.person).any:
            return []
        given = Grant.objects.live().to(self.person)
        given = given.filter(kind__in=on_home()).select_related("by")
        return list(given.order_by("-since")[:SHOWN])

    @property
    def invited(self) -> list[Invited]:
        """Cases that others gave this user access to, the newest grant first.

        Cases that were shared, or given by an event, are left out where they are marked above the user's
        vetting.
        """
        shared = [one.record for one in self._grants if RULES[one.kind].shares or one.event]
        listed = Case.objects.listed_to(self.person).filter(pk__in=shared)
        hidden = set(shared) - set(listed.values_list("pk", flat=True)) if shared else set()
        given = [grant for grant in self._grants if grant.record not in hidden]
        return [Invited(grant, self._cases[grant.record]) for grant in given if grant.record in self._cases]

    @cached_property
    def documents_shared(self) -> int:
        """How many redacted versions are shared with this user or their body, within their vetting."""
        shared = [
            one.record for one in self._grants if RULES[one.kind].shares and one.record not in self._cases
        ]
        return Redacted.objects.given_to(self.person).filter(pk__in=shared).count() if shared else 0

    @cached_property
    def granted(self) -> list[Granted]:
        """Records of other kinds that others gave this user access to, the newest grant first."""
        wanted = [grant for grant in self._grants if grant.record not in self._cases]
        ids = {grant.record for grant in wanted if not RULES[grant.kind].shares}
        found: dict[UUID, tuple[Any, RecordKind[Any]]] = {}
        for kind in kinds() if ids else ():
            if kind != CASE:
                read = kind.read_by(self.person).in_bulk(ids)
                found |= {id_: (one, kind) for id_, one in read.items() if one.level <= self.person.vetting}
        return [Granted(grant, *found[grant.record]) for grant in wanted if grant.record in found]

    @cached_property
    def _opened(self) -> list[Grant]:
        return opened_by(self._asker, self.today)

    @cached_property
    def opened(self) -> list[Opening]:
        """Accesses with a reason by others that this user is told of, the newest first."""
        seen = (grant for grant in self._opened if grant.record in self._cases)
        return [access_reviews.opening_of(grant, self._cases[grant.record], self.today) for grant in seen]

    @cached_property
    def reviews(self) -> bool:
        """Whether this user reviews accesses with a reason."""
        return bool(access_reviews.reviewing_posts(self.person))

    @cached_property
    def waiting(self) -> list[Case]:
        """The user's own paused cases, the longest pause first; at most SHOWN."""
        own = (case for case in self._cases.values() if case.owner_id == self.person.pk and case.may_read)
        stopped = [(case.waiting_since, case.pk, case) for case in own if case.waiting_since and case.is_open]
        return [case for _, _, case in sorted(stopped, key=lambda row: row[:2])][:SHOWN]

    @cached_property
    def _drafts(self) -> list[Draft]:
        return drafts_by(self._asker)

    @cached_property
    def drafts(self) -> list[Draft]:
        """The user's drafts, without those whose record they no longer see."""
        load_targets(self._drafts, self.person, {CASE.name: self._cases})
        return [draft for draft in self._drafts if draft.target or not draft.target_id]

    @cached_property
    def second_looks(self) -> list[tuple[Register, int]]:
        """Each register with the number of other users' decisions that await this user's sign-off."""
        return [(one, count) for one in current_pack().registers if (count := self._counts.get(one.id))]

    @cached_property
    def _counts(self) -> dict[str, int]:
        """Decisions awaiting sign-off by register id, and new feedback under "", from one query."""
        told = told_since(self.person, self.today - SOON).annotate(register=Value(""))
        counted = told.values_list("register").annotate(Count("pk"))
        return dict(counted.union(second_looks(self.person), all=True))

    @cached_property
    def _in_registers(self) -> list[RegisterDeadline]:
        return in_hand(self.person, self.today, SOON)

    @property
    def in_registers(self) -> list[RegisterDeadline]:
        """Deadlines in registers that are this user's to meet, the earliest first; at most SHOWN."""
        return [row for row in self._in_registers if not waits_for_others(row, self.person)]

    @property
    def waiting_in_registers(self) -> list[RegisterDeadline]:
        """What others were asked for in register entries of this user, the earliest due first."""
        return [row for row in self._in_registers if waits_for_others(row, self.person)]

    @cached_property
    def of_organisations(self) -> list[RecordDeadline]:
        """Deadlines of organisations whose obligations this user meets, the earliest first."""
        return organisation_limits.due_from(self.person, self.today, SOON)

    @cached_property
    def unowned(self) -> int:
        """For supervisors: how many of their cases have no owner in post."""
        if not self.person.may(Capability.READ_CHECKS):
            return 0
        return at_most(len(unowned(self._asker, self.today)), COUNTED)

    @cached_property
    def new_feedback(self) -> int:
        """How many of the user's referrals have new feedback."""
        return self._counts.get("", 0)

    @property
    def ending_posts(self) -> list[Post]:
        """The user's posts that end soon, or whose vetting ends soon or has ended."""
        return [post for post in self.person.current_posts if post.warnings(self.today)]

    @cached_property
    def ending_accounts(self) -> int:
        """For account managers: how many posts of others end soon or lack vetting."""
        if not self.person.may(Capability.MANAGE_ACCOUNTS):
            return 0
        return counted(posts_managed_by(self.person).ending(self.today).exclude(person=self.person), COUNTED)


def home_of(person: Person) -> Home:
    """Return the home page of a user, as at today."""
    return Home(person, timezone.localdate())
