"""What is overdue in the team of a user: one row for each owner of cases, or for each force."""

from dataclasses import dataclass
from datetime import date

from handrail.access.inputs import identifier
from handrail.cases.models.compiled import Asker
from handrail.cases.pages.home_queries import (
    Due,
    Row,
    counts_by_force,
    counts_by_owner,
    late_in,
    late_with,
    late_with_nobody,
)
from handrail.organisations.capabilities import Capability

NOBODY = "nobody"  # stands for the owner of cases that have none, in an address


@dataclass(frozen=True, slots=True)
class Member:
    """One row: an owner of cases or a force, with how many tasks are overdue, and for how long the first is.

    `key` is their id, or NOBODY. `days` is 0 for a task that was due at an hour of today: a stated threat.
    """

    key: str
    name: str
    late: int
    days: int

    @property
    def longest(self) -> str:
        """For how long the first task is overdue, in words."""
        return "Since today" if not self.days else "1 day" if self.days == 1 else f"{self.days} days"


@dataclass(frozen=True, slots=True)
class Team:
    """The rows, the longest overdue first. `of_forces`: each row is a force."""

    members: list[Member]
    of_forces: bool

    @property
    def late(self) -> int:
        """How many tasks are overdue in the whole team."""
        return sum(member.late for member in self.members)


def team_of(asker: Asker, today: date) -> Team | None:
    """Return the team of a user; None for a user who answers for nobody."""
    person = asker.person
    if not person.may(Capability.READ_CHECKS):
        return None
    of_forces = person.may(Capability.OVERSEE_REGION, Capability.OVERSEE_NATION)
    rows = (counts_by_force if of_forces else counts_by_owner)(asker, today)
    members = [
        Member(str(key or NOBODY), name or "Not allocated", late, (today - first).days)
        for key, name, late, first in rows
    ]
    return Team(members, of_forces)


def late_of(asker: Asker, today: date, key: str) -> list[Due]:
    """Return the overdue tasks of one row of the team, by its key; none for a key that is no row's."""
    if not asker.person.may(Capability.READ_CHECKS):
        return []
    return [Due(*row) for row in _of_row(key, asker, today)]


def _of_row(key: str, asker: Asker, today: date) -> list[Row]:
    id_ = identifier(key)
    if asker.person.may(Capability.OVERSEE_REGION, Capability.OVERSEE_NATION):
        return late_in(asker, today, force=id_) if id_ else []
    if key == NOBODY:
        return late_with_nobody(asker, today)
    return late_with(asker, today, owner=id_) if id_ else []
