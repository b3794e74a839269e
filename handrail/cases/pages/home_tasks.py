"""Tasks of one user as lines in groups: what is to be done is said once, above the lines of its group."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.urls import reverse

from handrail.cases.engine import organisation_limits
from handrail.cases.engine.authority import posts_on
from handrail.cases.models import Case
from handrail.cases.models.register_entry import RegisterDeadline, RegisterEntry
from handrail.cases.pages.home_queries import WEEK, Due
from handrail.cases.timeline.follow_ups_shown import FollowUpShown
from handrail.govuk.paging import AtLeast
from handrail.organisations.models import Person
from handrail.policy.schema.step import Step
from handrail.records.deadlines import RecordDeadline

IN_GROUP = 6  # lines of a group on the home page; a link leads to the rest
DUE = ("late", "today", "week", "later")  # the values of `Task.when`


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a list of tasks: whom or what it is about, one fact, and when it is due.

    `key`, `heading` and `statement` are those of its group. `record` is the case or register entry; None for
    a task of an organisation, which has a `name`. `is_by_the_clock`: due at the hour of the record's threat.
    """

    key: str
    heading: str
    statement: str
    record: Case | RegisterEntry | None
    address: str
    fact: str
    due: date | None
    today: date
    name: str = ""
    is_by_the_clock: bool = False
    step_id: str = ""
    limit_id: str = ""

    @property
    def case(self) -> Case | None:
        """The case that the task is about; None for a task in a register or of an organisation."""
        return self.record if isinstance(self.record, Case) else None

    @property
    def title(self) -> str:
        """The first words of the line, read when the page is drawn: names were withheld by then."""
        if self.case:
            return self.case.listed_as
        return self.record.reference if self.record else self.name

    @property
    def reference(self) -> str:
        """The second words of the line of a case; empty for any other task."""
        return self.case.listed_beneath if self.case else ""

    @property
    def when(self) -> str:
        """When the task is due: one of DUE. A task without a day is due later."""
        if self.is_by_the_clock and self.record:
            return "late" if self.record.threat_is_late() else "today"
        if self.due is None or self.due > self.today + WEEK:
            return "later"
        return "late" if self.due < self.today else "today" if self.due == self.today else "week"

    @property
    def days_late(self) -> int:
        """How many days the task is overdue; 0 when it is not."""
        return max((self.today - self.due).days, 0) if self.due else 0

    @property
    def order(self) -> tuple[bool, date]:
        """Sort key: threats by the hour first, then the earliest due."""
        return not self.is_by_the_clock, self.due or self.today + timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks of one sort, the longest overdue first. `shown`: those on the page; a link leads to all.

    `is_cut`: there may be more tasks than were read.
    """

    key: str
    title: str
    statement: str
    tasks: list[Task]
    shown: list[Task]
    is_cut: bool = False

    @property
    def count(self) -> int:
        """How many tasks of this sort there are."""
        return self._number(len(self.tasks))

    @property
    def late(self) -> int:
        """How many of the tasks are overdue."""
        return self._number(sum(task.when == "late" for task in self.tasks))

    def _number(self, found: int) -> int:
        return AtLeast(found) if self.is_cut else found


def grouped(tasks: Iterable[Task], most: int | None = None, *, is_cut: bool = False) -> list[Group]:
    """Return tasks in groups, groups and tasks with the longest overdue first; `most` of each are shown."""
    groups: dict[str, list[Task]] = {}
    for task in sorted(tasks, key=lambda task: task.order):
        groups.setdefault(task.key, []).append(task)
    return [
        Group(key, found[0].heading, found[0].statement, found, found[:most], is_cut)
        for key, found in groups.items()
    ]


def of_case(case: Case, due: Due, today: date, person: Person) -> Task:
    """Return a deadline of a case as a task."""
    limit, step = case.pack.limit_by_id[due.limit], case.pack.step_by_id[due.step]
    return replace(
        _about(case, limit.id, limit.title, limit.statement, today),
        fact=fact_of(case, step, person),
        due=due.day,
        is_by_the_clock=case.is_by_the_clock(limit.id),
        step_id=step.id,
        limit_id=limit.id,
    )


def of_follow_up(asked: FollowUpShown) -> Task:
    """Return a follow-up that the user was asked to do, or a match to decide, as a task."""
    case, rule = asked.row.case, asked.rule
    task = _about(case, f"asked-{rule.id}", rule.title, "", asked.today)
    return replace(task, fact=asked.what or ("" if asked.asks_likeness else asked.state), due=asked.due)


def of_register(row: RegisterDeadline, today: date) -> Task:
    """Return a deadline in a register as a task."""
    entry = row.register_entry
    limit = entry.pack.limit_by_id[row.limit_id]
    return Task(
        key=f"register-{row.limit_id}",
        heading=f"{entry.register.title}: {limit.title}",
        statement=limit.statement,
        record=entry,
        address=reverse("cases:matter", args=[entry.pk]),
        fact="",
        due=row.due,
        today=today,
        is_by_the_clock=row.is_by_the_clock,
    )


def of_organisation(row: RecordDeadline, today: date) -> Task:
    """Return an obligation of an organisation as a task; no page of a record lies behind it."""
    statement = organisation_limits.statement(row.organisation, row.limit_id)
    return Task(
        key=f"organisation-{row.limit_id}",
        heading="Due from your organisation",
        statement=statement,
        record=None,
        address="",
        fact="",
        due=row.due,
        today=today,
        name=row.organisation.name,
    )


def step_on_threat(case: Case, person: Person) -> Step | None:
    """Return the step that says what was done about a case's threat, where the user may take it."""
    limit = case.pack.threat_limit
    step = case.pack.step_by_id[limit.step] if limit and case.may_change else None
    if step is None or person.roles.isdisjoint(step.by):
        return None
    return step if any(post.role in step.by for post in posts_on(case, person)) else None


def _about(case: Case, key: str, heading: str, statement: str, today: date) -> Task:
    return Task(
        key=key,
        heading=heading,
        statement=statement,
        record=case,
        address=reverse("cases:case", args=[case.pk]),
        fact="",
        due=None,
        today=today,
    )


def fact_of(case: Case, step: Step, person: Person) -> str:
    """Return the one fact that a task's line tells of its case; empty where there is nothing to tell."""
    owner = case.owner.name if case.owner and case.owner_id != person.pk else ""
    if case.pending_step:
        decided = case.pack.step_by_id[case.pending_step]
        titles = (one.title for one in decided.outcomes if one.id == case.pending_outcome)
        outcome = next(titles, decided.title)
        return f"{owner}: {outcome}" if owner and case.pending_by == case.owner_id else outcome
    if any(one.signs == step.id and one.id in case.taken_here for one in case.pack.steps):
        return "Sent back"
    if not case.allocated and case.is_open:
        return "Not allocated yet"
    return owner
