"""The whole list behind each count of the home page: a user's tasks, or those overdue in their team."""

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from handrail.access.audience import Audience
from handrail.access.pages import page
from handrail.access.views.people import person_of
from handrail.cases.loading import shown
from handrail.cases.models.compiled import Asker
from handrail.cases.pages.home import Home, home_of
from handrail.cases.pages.home_queries import COUNTED, Due, cases_of
from handrail.cases.pages.home_tasks import DUE, Group, Task, grouped, of_case
from handrail.cases.pages.home_team import late_of, team_of
from handrail.govuk.paging import AtLeast
from handrail.organisations.models import Person

WHEN = dict(zip(DUE, ("Overdue", "Due today", "Due in the next 7 days", "Due later"), strict=True))


@dataclass(frozen=True)
class TaskList:
    """The tasks of a list: `of`, a row of the user's team, or the user's own; of one kind; due at one time.

    An empty value does not narrow the list. A value that is unknown finds nothing.
    """

    person: Person
    of: str = ""
    kind: str = ""
    due: str = ""

    @cached_property
    def _home(self) -> Home:
        return home_of(self.person)

    @cached_property
    def _found(self) -> list[Task]:
        return self._of_team() if self.of else self._home.tasks

    @cached_property
    def _rows(self) -> list[Due]:
        """The overdue deadlines of the row of the team; at most COUNTED + 1."""
        return late_of(Asker.of(self.person), timezone.localdate(), self.of)

    def _of_team(self) -> list[Task]:
        asker, today, rows = Asker.of(self.person), timezone.localdate(), self._rows[:COUNTED]
        cases = {case.pk: case for case in cases_of(asker, ids=[due.case for due in rows])}
        return [of_case(cases[due.case], due, today, self.person) for due in rows if due.case in cases]

    @cached_property
    def groups(self) -> list[Group]:
        """The tasks in groups, the longest overdue first."""
        kept = (task for task in self._found if not self.kind or task.key == self.kind)
        due = [task for task in kept if not self.due or task.when == self.due]
        return grouped(due, is_cut=self.is_cut)

    @property
    def count(self) -> int:
        """How many tasks the list has."""
        found = sum(len(group.tasks) for group in self.groups)
        return AtLeast(found) if self.is_cut else found

    @property
    def is_cut(self) -> bool:
        """Whether there may be more tasks than the list holds."""
        return len(self._rows) > COUNTED if self.of else self._home.is_cut

    @property
    def title(self) -> str:
        """Heading of the page."""
        if not self.of:
            return WHEN.get(self.due, "Your tasks")
        return f"Overdue: {self._team_row}" if self._team_row else "Overdue in your team"

    @cached_property
    def _team_row(self) -> str:
        team = team_of(Asker.of(self.person), timezone.localdate())
        return next((row.name for row in team.members if row.key == self.of), "") if team else ""


@page(Audience.SIGNED_IN, logged_as="the list of tasks")
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """List the user's tasks, or those overdue with one owner or in one force that the user answers for."""
    asked = {name: request.GET.get(name, "") for name in ("of", "kind", "due")}
    listed = TaskList(person_of(request), **asked)
    shown(request, [task.case for group in listed.groups for task in group.shown if task.case])
    return render(request, "pages/tasks.html", {"listed": listed})
